import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leftovers } from './leftovers.ts'
import { soak } from './soak.ts'

test('a short soak: nothing is lost, doubled or out of order, and nothing is left', async (t) => {
  const result = await soak({ seed: 1, tides: [2000, 4000], processes: 2, width: 12 })
  const { connections, messages, endings } = result.totals
  t.diagnostic(JSON.stringify(result.totals))
  assert.deepEqual([...result.faults, ...leftovers(result)], [])
  assert.ok(connections > 20 && messages > 200, `${connections} connections, ${messages} messages`)
  assert.ok(Object.keys(endings).length >= 6, JSON.stringify(endings))
})

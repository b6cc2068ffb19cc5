/** Tidewire's own client passes every case of what it has. */
import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { checkClient } from '../../dist/conformance/index.js'
import { drive, peers } from './peers.ts'
import { otherThan } from './reporting.ts'

test('the client of Tidewire passes every case', async () => {
  const check = await checkClient({ port: 0 })
  await drive(peers[0]!, `ws://127.0.0.1:${check.port}`)
  const report = await check.report
  await check.close()
  const found = otherThan(report, 'pass', 'not-supported')
  deepEqual(found, [])
  deepEqual(report.results.length, check.cases)
})

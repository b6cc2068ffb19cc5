/** Tidewire's own server passes every case of what it has. */
import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { checkServer } from '../../dist/conformance/index.js'
import { otherThan } from './reporting.ts'
import { startEcho } from './tidewire.ts'

test('the server of Tidewire passes every case', async () => {
  await using server = await startEcho()
  const report = await checkServer(new URL(server.url.replace('http', 'ws')), { jobs: 16 })
  deepEqual(otherThan(report, 'pass', 'not-supported'), [])
})

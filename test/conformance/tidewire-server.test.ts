/** Tidewire's own server passes every case. */
import { deepEqual, ok } from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { DeflateOptions } from '../../dist/core/index.js'
import { type CheckOptions, checkServer, type Report } from '../../dist/conformance/index.js'
import { otherThan } from './reporting.ts'
import { startEcho, takeover } from './tidewire.ts'

async function check(deflate: DeflateOptions | boolean, options?: CheckOptions): Promise<Report> {
  await using server = await startEcho({ deflate })
  return await checkServer(new URL(server.url.replace('http', 'ws')), { jobs: 16, ...options })
}

suite('the server of Tidewire', () => {
  test('passes every case', async () => {
    deepEqual(otherThan(await check(true), 'pass'), [])
  })

  test('passes with windows that are carried over', async () => {
    deepEqual(otherThan(await check(takeover, { only: ['12', '13', '22', '23'] }), 'pass'), [])
  })

  test('supports nothing of compression where that is off', async () => {
    const { results } = await check(false, { only: ['12.1', '13.2', '22', '23'] })
    ok(results.every(({ verdict }) => verdict === 'not-supported'))
  })
})

/** Tidewire's own server passes every case. */
import { deepEqual, ok } from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { DeflateOptions } from '../../dist/core/index.js'
import {
  type CheckOptions,
  checkServer,
  everySplit,
  type Report,
} from '../../dist/conformance/index.js'
import { cut, otherThan } from './reporting.ts'
import { startEcho, takeover } from './tidewire.ts'

async function check(deflate: DeflateOptions | boolean, options?: CheckOptions): Promise<Report> {
  await using server = await startEcho({ deflate })
  return await checkServer(new URL(server.url.replace('http', 'ws')), { jobs: 16, ...options })
}

// Time limits are waited for, by the other tests too.
suite('the server of Tidewire', { concurrency: 2 }, () => {
  test('passes every case', async () => {
    deepEqual(otherThan(await check(true), 'pass'), [])
  })

  test('passes with windows that are carried over', async () => {
    deepEqual(otherThan(await check(takeover, { only: ['12', '13', '22', '23'] }), 'pass'), [])
  })

  test('passes however what is sent is cut', async () => {
    deepEqual(otherThan(await check(takeover, { only: cut, splits: everySplit }), 'pass'), [])
  })

  test('passes with what only a full run sends', async () => {
    const only = ['9.1', '9.2', '9.3', '12.1.1', '13.1.4']
    const report = await check(takeover, { only, full: true })
    deepEqual(otherThan(report, 'pass'), [])
    ok(report.results.some(({ title }) => title === 'text message of 16 MiB'))
    ok(report.results.some(({ title }) => title === 'json: 1000 messages of 16 bytes'))
  })

  test('supports nothing of compression where that is off', async () => {
    const { results } = await check(false, { only: ['12.1', '13.2', '22', '23'] })
    ok(results.every(({ verdict }) => verdict === 'not-supported'))
  })
})

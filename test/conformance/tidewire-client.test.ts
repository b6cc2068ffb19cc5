/** Tidewire's own client passes every case. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { DeflateOptions } from '../../dist/core/index.js'
import {
  checkClient,
  type CheckOptions,
  everySplit,
  type Report,
} from '../../dist/conformance/index.js'
import { driveWith } from './peers.ts'
import { cut, otherThan } from './reporting.ts'
import { echoing, takeover } from './tidewire.ts'

async function check(deflate: DeflateOptions | boolean, options?: CheckOptions): Promise<Report> {
  const bench = await checkClient({ port: 0 }, options)
  await driveWith((url) => echoing(url, deflate), `ws://127.0.0.1:${bench.port}`)
  const report = await bench.report
  await bench.close()
  equal(report.results.length, bench.cases)
  return report
}

/** Nothing asks a receiver to refuse a match that a smaller window would not have had. */
const harmless =
  '23.3.4 a match beyond the window that was agreed for us: informational, did not fail the ' +
  'connection; expected 1007 or 1002; echoed 1 messages; expected 0'

suite('the client of Tidewire', () => {
  test('passes every case', async () => {
    deepEqual(otherThan(await check(true), 'pass'), [harmless])
  })

  test('passes with windows that are carried over', async () => {
    const report = await check(takeover, { only: ['12', '13', '22', '23'] })
    deepEqual(otherThan(report, 'pass'), [harmless])
  })

  test('passes however what is sent is cut', async () => {
    const report = await check(takeover, { only: cut, splits: everySplit })
    deepEqual(otherThan(report, 'pass'), [])
  })

  test('supports nothing of compression where that is off', async () => {
    const { results } = await check(false, { only: ['12.1', '13.2', '22', '23'] })
    ok(results.every(({ verdict }) => verdict === 'not-supported'))
  })
})

/** The suite is proven on a server that is broken on purpose: every fault of it is seen. */
import { deepEqual, ok } from 'node:assert/strict'
import { suite, test } from 'node:test'
import { checkServer, type Report } from '../../dist/conformance/index.js'
import { type Fault, faults, startBroken } from './broken-server.ts'
import { otherThan } from './reporting.ts'

/** All but what takes long, and time limits, which this server does not have. */
const only = ['1', '2', '3', '4', '5', '6', '7', '14', '15', '16', '17', '18', '20']

/** What the specification only advises against: it is seen, but is not called a failure. */
const mild: readonly Fault[] = [
  'accepts long length forms',
  'answers pongs',
  'wrong close code',
  'drops without a close frame',
  'accepts malformed extensions',
  'accepts close frames of one byte',
  'skips UTF-8 in close reasons',
]

async function check(...list: Fault[]): Promise<Report> {
  const server = await startBroken(...list)
  try {
    return await checkServer(server.url, { only, patience: 500, jobs: 16 })
  } finally {
    server.close()
  }
}

suite('the broken server', { concurrency: 4 }, () => {
  test('without a fault, passes what the RFC demands', async () => {
    deepEqual(otherThan(await check(), 'pass', 'informational', 'non-strict'), [])
  })

  for (const fault of faults) {
    test(`that ${fault} is caught`, async () => {
      const sound = await sane
      const report = await check(fault).catch((error: Error) => error)
      // So broken that it is seen before any case is run.
      if (report instanceof Error) return ok(/does not (echo|open)/.test(report.message), report)
      const right = new Map(sound.results.map(({ id, verdict }) => [id, verdict]))
      const caught = report.results.filter(({ id, verdict }) => verdict !== right.get(id))
      ok(caught.length > 0, 'no case came out otherwise than without the fault')
      if (!mild.includes(fault)) {
        ok(
          caught.some(({ verdict }) => verdict === 'fail'),
          otherThan(report, 'pass').join('\n'),
        )
      }
    })
  }
})

const sane = check()

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { summarize } from '../../bench/measurement.mjs'
import { median, round, spread } from '../../bench/statistics.mjs'

test('a median is the middle one, or between the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([10, 1, 9, 2]), 5.5)
})

test('figures have three digits that mean something', () => {
  assert.deepEqual([round(1234.5), round(0.012_345), round(9.999)], [1230, 0.0123, 10])
  assert.deepEqual(spread([3.333_33, 1, 2]), [1, 3.33])
})

suite('the summary of a workload', () => {
  const run = (cost: number, rate: number) => ({
    srv_us_msg: cost,
    msgs_s: rate,
    p50_us: 100,
    p99_us: 200.4,
    srv_cpu: 0.9123,
    load_cpu: 0.5,
  })

  test('has medians, and ratios of each run with the one of ws beside it', () => {
    const runs = {
      tidewire: [run(5, 100), run(10, 110), run(8, 90)],
      ws: [run(20, 50), run(10, 55), run(16, 45)],
    }
    const { tidewire, ws } = summarize(runs, {}, {})
    assert.deepEqual(tidewire, {
      messagesPerSecond: 100,
      cpuMicrosecondsPerMessage: 8,
      p50Microseconds: 100,
      p99Microseconds: 200,
      serverCpu: 0.912,
      generatorCpu: 0.5,
      ratio: 2,
      spread: [1, 4],
    })
    assert.deepEqual([ws?.ratio, ws?.spread], [1, [1, 1]])
  })

  test('says why a contender has no figures, even when it had some', () => {
    const runs = { ws: [run(10, 1)], deno: [run(10, 1)] }
    const { deno } = summarize(runs, { deno: 'does not compress' }, {})
    assert.deepEqual(deno, { unable: 'does not compress' })
  })

  test('has no ratio when ws was not measured, or could not be', () => {
    assert.equal(summarize({ bun: [run(1, 1)] }, {}, {})['bun']?.ratio, undefined)
    const runs = { ws: [run(1, 1)], bun: [run(1, 1), run(1, 1)] }
    assert.equal(summarize(runs, { ws: 'broke' }, {})['bun']?.ratio, undefined)
  })

  test('compares memory where memory is measured', () => {
    const runs = { tidewire: [{ bytes_per_conn: 5000.4 }], ws: [{ bytes_per_conn: 10_000 }] }
    const { tidewire } = summarize(runs, {}, { memory: true })
    assert.deepEqual(tidewire, { bytesPerConnection: 5000, ratio: 2, spread: [2, 2] })
  })
})

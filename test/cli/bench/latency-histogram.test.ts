import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { array, assert as check, double, property } from 'fast-check'
import { LatencyHistogram, percentileError } from '../../../dist/cli/bench/latency-histogram.js'

function histogramOf(durations: Iterable<number>): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const duration of durations) histogram.add(duration)
  return histogram
}

/** By nearest rank, of all durations. */
function exact(durations: readonly number[], share: number): number {
  const sorted = durations.toSorted((one, other) => one - other)
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!
}

/** From a nanosecond to more than an hour, as many short ones as long ones. */
const duration = double({ min: -6, max: 6.6, noNaN: true }).map((power) => 10 ** power)
const shares = [0, 0.5, 0.9, 0.99, 0.999, 1]

suite('a histogram of latencies', () => {
  test('has percentiles that are never too low, and too high by its error at most', () => {
    check(
      property(array(duration, { minLength: 1, maxLength: 500 }), (durations) => {
        const histogram = histogramOf(durations)
        for (const share of shares) {
          const [is, said] = [exact(durations, share), histogram.percentile(share)]
          assert.ok(said >= is && said <= is * (1 + percentileError + 1e-9), `${is} as ${said}`)
        }
      }),
    )
  })

  test('knows the longest exactly', () => {
    const histogram = histogramOf([1, 2, 1234.567891])
    assert.equal(histogram.percentile(1), 1234.567891)
    assert.equal(histogram.longest, 1234.567891)
  })

  test('takes powers of two and what is next to them', () => {
    for (let power = 0; power < 43; power++) {
      for (const nanoseconds of [2 ** power * (1 - 1e-12), 2 ** power, 2 ** power + 1]) {
        const is = Math.max(1, nanoseconds) / 1e6
        const said = histogramOf([is, 1e9]).percentile(0.5)
        assert.ok(said >= is && said <= is * (1 + percentileError + 1e-9), `2^${power}`)
      }
    }
  })

  test('counts what is below a nanosecond and above hours at its ends', () => {
    assert.equal(histogramOf([0, -1]).percentile(0.5) <= 2e-6, true)
    const hours = histogramOf([1e9, 1e10])
    assert.equal(hours.count, 2)
    assert.equal(hours.percentile(1), 1e10)
  })

  test('of nothing is 0', () => {
    assert.equal(new LatencyHistogram().percentile(0.99), 0)
  })

  test('merged with others is the same as one of all', () => {
    check(
      property(array(duration), array(duration), (some, more) => {
        const merged = histogramOf(some)
        merged.merge(structuredClone(histogramOf(more).counts))
        assert.deepEqual(merged.counts, histogramOf([...some, ...more]).counts)
        assert.equal(merged.count, some.length + more.length)
      }),
    )
  })
})

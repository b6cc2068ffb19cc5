import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { drawGrowth } from '../../bench/draw/growth.mjs'
import { drawRatios } from '../../bench/draw/ratios.mjs'
import { contenders, growth, report } from './fixture.ts'

suite('the picture of the table', () => {
  const picture = drawRatios(report, contenders)

  test('is well-formed, in light and in dark', () => {
    balanced(picture)
    assert.match(picture, /prefers-color-scheme: dark/)
  })

  test('names the workloads and the contenders, and the ratio of Tidewire', () => {
    const said = texts(picture)
    for (const { what } of Object.values(report.workloads)) assert.ok(said.includes(what), what)
    for (const { title } of Object.values(contenders)) assert.ok(said.includes(title), title)
    for (const ratio of ['2x', '16x', '1.2x']) assert.ok(said.includes(ratio), ratio)
  })

  test('puts twice as good as far to the right of ws as half as good is to the left', () => {
    const scaled = drawRatios(withRatios(0.5, 2), contenders)
    const row = [...scaled.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].slice(-3)
    const [half, ws, twice] = row.map(([, cx]) => Number(cx)).sort((a, b) => a - b)
    assert.equal(new Set(row.map(([, , cy]) => cy)).size, 1)
    assert.ok(Math.abs(ws! - half! - (twice! - ws!)) < 0.3)
  })

  test('leaves out what was not compared with ws', () => {
    const alone = { ...report.workloads['echo64']!, what: 'alone', results: { bun: {} } }
    const drawn = drawRatios({ versions: {}, workloads: { alone } }, contenders)
    balanced(drawn)
    assert.ok(!texts(drawn).includes('alone'))
  })
})

suite('the picture of growth', () => {
  const picture = drawGrowth(growth, contenders)

  test('is well-formed and says what it shows', () => {
    balanced(picture)
    const said = texts(picture)
    for (const what of ['one process', 'two, reusePort', '10,000', 'Tidewire', '50,000']) {
      assert.ok(said.includes(what), what)
    }
  })

  test('has a curve for each contender in each section that was measured', () => {
    const curves = [...picture.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) => points)
    assert.deepEqual(
      curves.map((points) => points!.split(' ').length),
      [3, 3, 2, 2],
    )
  })

  test('has no bar where there is no figure', () => {
    // The first rectangle is the paper.
    assert.equal(picture.match(/<rect /g)!.length, 1 + 2 + 3)
  })

  test('does not show the latency of a generator that was busy as that of a server', () => {
    const said = texts(picture)
    assert.equal(said.filter((what) => what === 'not known: the generator was busy').length, 1)
    assert.equal(said.filter((what) => what === '1.50').length, 1)
  })
})

function withRatios(...[low, high]: [number, number]): Report {
  const echo64 = report.workloads['echo64']!
  const { tidewire, ws } = echo64.results
  const results = { tidewire: { ...tidewire, ratio: high }, ws: ws!, deno: { ...ws!, ratio: low } }
  return { ...report, workloads: { echo64: { ...echo64, results } } }
}

function texts(picture: string): string[] {
  return [...picture.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content!)
}

/** Every element that begins ends, in order, and no number failed to be one. */
function balanced(picture: string): void {
  const open: string[] = []
  for (const [, slash, name, alone] of picture.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (slash) assert.equal(open.pop(), name)
    else if (!alone) open.push(name!)
  }
  assert.deepEqual(open, [])
  assert.doesNotMatch(picture, /NaN|undefined|Infinity/)
}

/** The picture of the table: a row for each workload, and on it how many times better than ws each is. */
import { yardstick } from '../measurement.mjs'
import { dot, legend, line, picture, scale, stroke, text } from './svg.mjs'

const width = 860
const left = 300
const top = 84
const rowHeight = 28

export function drawRatios({ workloads }, contenders) {
  const rows = Object.values(workloads).filter(({ results }) => results[yardstick]?.ratio)
  const ratios = rows.flatMap(({ results }) =>
    Object.values(results).flatMap(({ ratio }) => ratio ?? []),
  )
  const marks = powersOfTwo(Math.min(0.5, ...ratios), Math.max(2, ...ratios))
  const x = scale([marks[0], marks.at(-1)], [left, width - 40], { log: true })
  const bottom = top + rows.length * rowHeight
  const names = Object.keys(contenders).filter((name) => rows.some((row) => row.results[name]))
  return picture(width, bottom + 44, 'Server CPU and memory, compared with ws', [
    text(20, 28, `How many times less than ${contenders[yardstick].title} it costs`, {
      kind: 'title',
    }),
    legend(26, 54, names, contenders),
    marks.map((mark) => [
      line(x(mark), top - 10, x(mark), bottom, mark === 1 ? 'axis' : 'grid'),
      text(x(mark), bottom + 16, `${mark < 1 ? `1/${1 / mark}` : mark}x`, {
        kind: 'soft',
        anchor: 'middle',
      }),
    ]),
    rows.map((row, i) => drawRow(row, top + (i + 0.5) * rowHeight, x, contenders)),
    text(20, bottom + 34, made(rows), { kind: 'soft' }),
  ])
}

/** Tidewire comes last, on top of the others, with its spread and its figure. */
function drawRow({ what, results }, y, x, contenders) {
  const order = Object.entries(results).filter(([name, { ratio }]) => ratio && name !== 'tidewire')
  const own = results.tidewire
  return [
    text(left - 16, y + 4, what, { anchor: 'end' }),
    line(left, y, width - 40, y, 'grid'),
    order.map(([name, { ratio }]) => dot(x(ratio), y, name, { hollow: contenders[name]?.control })),
    own?.ratio && [
      stroke(
        own.spread.map((ratio) => [x(ratio), y]),
        'tidewire',
        3,
      ),
      dot(x(own.ratio), y, 'tidewire', { radius: 6 }),
      text(x(own.ratio), y - 8, `${own.ratio}x`, { kind: 'soft', anchor: 'middle' }),
    ],
  ]
}

function powersOfTwo(least, most) {
  const first = Math.floor(Math.log2(least))
  const last = Math.ceil(Math.log2(most))
  return Array.from({ length: last - first + 1 }, (_, i) => 2 ** (first + i))
}

function made(rows) {
  if (rows.length === 0) return 'nothing was measured'
  const { date, node, rounds, seconds } = rows.at(-1)
  const how = `medians of ${rounds} rounds of ${seconds} s`
  return `Server CPU for a message, or memory for an idle connection; ${how}, Node ${node}, ${date}.`
}

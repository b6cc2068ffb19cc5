/** The picture of growth: curves of what a message or a connection costs, and bars for latency and cores. */
import { nearlyAlways } from '../report.mjs'
import { bar, dot, legend, line, picture, scale, stroke, text } from './svg.mjs'

const width = 860
const panel = { width: 420, height: 250, left: 52, top: 44, right: 20, bottom: 40 }
const number = new Intl.NumberFormat('en-US')
const cpu = ({ cpuMicrosecondsPerMessage: cost }) => cost
const kibibytes = ({ bytesPerConnection: bytes }) => bytes && bytes / 1024

const curves = {
  connections: { title: 'Echo: µs of server CPU for a message, by connections', of: cpu },
  fanout: { title: 'Fan-out: µs of server CPU for a delivery, by subscribers', of: cpu },
  memory: { title: 'KiB of memory for a connection, by connections', of: kibibytes },
}
const bars = {
  latency: {
    title: 'p99 of an echo, ms',
    of: ({ p99Microseconds: waited, generatorCpu: busy }) => {
      return busy > nearlyAlways ? undefined : waited / 1000
    },
  },
  cores: {
    title: 'Messages a second with two cores for servers and generator',
    of: ({ messagesPerSecond: rate }) => rate,
  },
}

export function drawGrowth(growth, contenders) {
  const drawn = [
    ...Object.entries(curves).map(([name, chart]) => [growth[name], chart, drawCurves]),
    ...Object.entries(bars).map(([name, chart]) => [growth[name], chart, drawBars]),
  ].filter(([section]) => section)
  const names = Object.keys(contenders).filter((name) =>
    drawn.some(([section]) => section.points.some(({ results }) => results[name])),
  )
  let [x, y, rowHeight] = [0, 60, 0]
  const panels = drawn.map(([section, chart, draw]) => {
    const wide = draw === drawBars
    if (x > 0 && (wide || x + panel.width > width)) [x, y] = [0, y + rowHeight]
    const { height, parts } = draw(section, chart, names, contenders)
    const placed = `<g transform="translate(${x} ${y})">\n${parts.flat(9).join('\n')}\n</g>`
    rowHeight = height
    if (wide) [x, y, rowHeight] = [0, y + height, 0]
    else x += panel.width
    return placed
  })
  const title = 'How costs grow'
  return picture(width, y + rowHeight + 10, title, [
    text(20, 28, title, { kind: 'title' }),
    legend(180, 28, names, contenders),
    panels,
  ])
}

/** Counts across, each a power of ten or so; costs upwards from 0. */
function drawCurves({ points }, { title, of }, names, contenders) {
  const { left, right, top, bottom, height } = panel
  const values = points.flatMap(({ results }) => Object.values(results).flatMap((r) => of(r) ?? []))
  const marks = niceMarks(Math.max(1, ...values))
  const counts = points.map(({ count }) => count)
  const x = scale([counts[0], counts.at(-1)], [left + 8, panel.width - right], { log: true })
  const y = scale([0, marks.at(-1)], [height - bottom, top])
  const parts = [
    text(20, 24, title),
    marks.map((mark) => [
      line(left, y(mark), panel.width - right, y(mark), 'grid'),
      text(left - 6, y(mark) + 4, number.format(mark), { kind: 'soft', anchor: 'end' }),
    ]),
    counts.map((count) => {
      const place = { kind: 'soft', anchor: 'middle' }
      return text(x(count), height - bottom + 18, number.format(count), place)
    }),
    names.map((name) => {
      const places = points.flatMap(({ count, results }) => {
        const value = results[name] && of(results[name])
        return value === undefined ? [] : [[x(count), y(value)]]
      })
      const hollow = contenders[name].control
      return [stroke(places, name), places.map(([cx, cy]) => dot(cx, cy, name, { hollow }))]
    }),
  ]
  return { height, parts }
}

/** Bars for each point, under its name; those of a group share a scale. */
function drawBars({ points }, { title, of }, names) {
  const valuesOf = ({ results }) => Object.values(results).flatMap((result) => of(result) ?? [])
  let y = 44
  const parts = [text(20, 24, title)]
  for (const { group, what, results } of points) {
    const peers = points.filter((point) => point.group === group)
    const x = scale([0, Math.max(...peers.flatMap(valuesOf), 1e-9)], [0, 440])
    parts.push(text(270, y + 11, what, { kind: 'soft', anchor: 'end' }))
    for (const name of names) {
      const result = results[name]
      if (!result || result.unable) continue
      const value = of(result)
      const end = x(value ?? 0)
      parts.push(bar(280, y, end, 12, name))
      parts.push(text(288 + end, y + 10, figure(value), { kind: 'soft' }))
      y += 16
    }
    y += 10
  }
  return { height: y + 6, parts }
}

function figure(value) {
  if (value === undefined) return 'not known: the generator was busy'
  return value < 100 ? value.toPrecision(3) : number.format(value)
}

/** From 0 in about five even steps of 1, 2 or 5 times a power of ten, to `most` or above. */
function niceMarks(most) {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => Number((i * step).toFixed(6)))
}

/** The little of SVG that the pictures need. They follow the reader's colour scheme, as README images can. */

const colours = {
  tidewire: '#0a84c6',
  ws: '#8b949e',
  bun: '#e0812b',
  deno: '#8a6ae0',
  faye: '#c9587f',
  websocket: '#a88b1c',
  'socket.io': '#2f9e6b',
  net: '#8b949e',
  c: '#d1495b',
}

export const colourOf = (name) => colours[name] ?? '#8b949e'

export function picture(width, height, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 14px }
.soft { fill: #59636e; font-size: 11px }
.grid { stroke: #d1d9e0 }
.axis { stroke: #59636e }
.paper { fill: #ffffff }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.soft { fill: #9198a1 }
.grid { stroke: #3d444d }
.axis { stroke: #9198a1 }
.paper { fill: #0d1117 }
}
</style>
<rect class="paper" width="${width}" height="${height}" rx="6"/>
${parts.flat(9).filter(Boolean).join('\n')}
</svg>
`
}

export function text(x, y, content, { kind = '', anchor = 'start' } = {}) {
  const look = kind && ` class="${kind}"`
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${look}>${escaped(content)}</text>`
}

export function line(x1, y1, x2, y2, kind) {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${kind}"/>`
}

/** A stroke in the colour of a contender through all of `points`. */
export function stroke(points, name, width = 2) {
  const path = points.map(([x, y]) => `${at(x)},${at(y)}`).join(' ')
  return `<polyline points="${path}" fill="none" stroke="${colourOf(name)}" stroke-width="${width}"/>`
}

/** Controls are hollow. */
export function dot(x, y, name, { radius = 4.5, hollow = false } = {}) {
  const fill = hollow ? 'none' : colourOf(name)
  const ring = `stroke="${colourOf(name)}" stroke-width="1.5"`
  return `<circle cx="${at(x)}" cy="${at(y)}" r="${radius}" fill="${fill}" ${ring}/>`
}

export function bar(x, y, width, height, name) {
  const size = `width="${at(Math.max(1, width))}" height="${at(height)}"`
  return `<rect x="${at(x)}" y="${at(y)}" ${size} rx="2" fill="${colourOf(name)}"/>`
}

/** Dots with names, from left to right. */
export function legend(x, y, names, contenders) {
  let right = x
  return names.map((name) => {
    const { title, control } = contenders[name]
    const left = right
    right += 28 + title.length * 7
    return [dot(left, y - 4, name, { hollow: control }), text(left + 10, y, title)]
  })
}

/** From values to places; `log` needs values above 0. */
export function scale([low, high], [from, to], { log = false } = {}) {
  const bend = log ? Math.log2 : (value) => value
  const share = (value) => (bend(value) - bend(low)) / (bend(high) - bend(low))
  return (value) => from + share(value) * (to - from)
}

const at = (value) => Number(value.toFixed(1))

function escaped(content) {
  return String(content).replace(/[&<>]/g, (sign) => `&#${sign.codePointAt(0)};`)
}

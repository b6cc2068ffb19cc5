import type { Figures } from './messages.ts'
import type { SoakResult, Tide } from './soak.ts'

/**
 * How much more a process may hold at the end than after the first tide, which has compiled the code and
 * filled the pools. File descriptors, handles and timers are those from before the first connection.
 */
const slack = { heap: 8 << 20, rss: 128 << 20 }

/** What a soak has left behind. */
export function leftovers({ tides }: SoakResult): string[] {
  const [before, first] = tides
  const last = tides.at(-1)
  if (!before || !first || !last || tides.length < 3)
    return ['there were not enough tides to compare']
  return processesOf(last).flatMap(([name, figures], i) => {
    const start = processesOf(before)[i]![1]
    const warm = processesOf(first)[i]![1]
    return more(start, warm, figures).map((what) => `${name}: ${what}`)
  })
}

function processesOf({ server, clients }: Tide): (readonly [string, Figures])[] {
  return [
    ['server', server],
    ...clients.map((figures, i) => [`clients ${i + 1}`, figures] as const),
  ]
}

function more(start: Figures, warm: Figures, end: Figures): string[] {
  const found: string[] = []
  if (end.open > 0) found.push(`${end.open} connections are open`)
  if (end.files !== start.files) found.push(`${end.files} files are open, at first ${start.files}`)
  const [held, atFirst] = [end, start].map(({ resources }) => JSON.stringify(sorted(resources)))
  if (held !== atFirst) found.push(`${held} is held, at first ${atFirst}`)
  for (const what of ['heap', 'rss'] as const) {
    const growth = end[what] - warm[what]
    if (growth > slack[what]) found.push(`${what} has grown by ${mebibytes(growth)} MiB`)
  }
  return found
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1))
}

export function mebibytes(bytes: number): string {
  return (bytes / (1 << 20)).toFixed(1)
}

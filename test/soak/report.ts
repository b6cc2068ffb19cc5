import { mebibytes } from './leftovers.ts'
import type { SoakResult, Tide } from './soak.ts'

/** One line for what the processes hold after a tide. */
export function tideLine({ at, connections, server, clients }: Tide): string {
  const held = [server, ...clients].flatMap(({ heap, rss }) => [mebibytes(heap), mebibytes(rss)])
  const handles = Object.values(server.resources).reduce((sum, count) => sum + count, 0)
  return `| ${[at, connections, ...held, server.files, handles].join(' | ')} |`
}

export function tideHead(clients: number): string {
  const each = Array.from({ length: clients }, (_, i) => [`clients ${i + 1} heap`, 'RSS'])
  const names = [
    'seconds',
    'connections',
    'server heap (MiB)',
    'RSS',
    ...each.flat(),
    'files',
    'handles',
  ]
  return `| ${names.join(' | ')} |\n|${' --- |'.repeat(names.length)}`
}

export function totalsTable({ totals }: SoakResult): string {
  const { endings, peers, endpoints, ...counts } = totals
  const rows = { ...counts, ...peers, ...endpoints, ...endings }
  const lines = Object.entries(rows).map(([name, count]) => `| ${name} | ${count} |`)
  return ['| what | count |', '| --- | --- |', ...lines].join('\n')
}

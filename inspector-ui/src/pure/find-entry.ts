import type { LogEntry } from './log-entry.ts'
import type { Ring } from './ring.ts'

/** The place of the entry `id`, or -1. Ids rise with the place, so the list is halved at each step. */
export function findEntry(entries: Pick<Ring<LogEntry>, 'length' | 'at'>, id: number): number {
  let from = 0
  let to = entries.length - 1
  while (from <= to) {
    const middle = (from + to) >> 1
    const found = entries.at(middle)?.id ?? Number.POSITIVE_INFINITY
    if (found === id) return middle
    if (found < id) from = middle + 1
    else to = middle - 1
  }
  return -1
}

import { RowBit } from '../../../../src/inspect/feed/row-batch.ts'
import { type RowKind, kindOf } from './row.ts'
import type { RowSegment } from './row-segment.ts'

/** Which rows the list shows. */
export interface RowFilter {
  /** Messages: one row for each, and none for control frames and fragments. */
  readonly level: 'messages' | 'frames'
  readonly direction: 'all' | 'sent' | 'received'
  readonly kind: RowKind | 'all'
  /** Undefined for those of all connections. */
  readonly connection: number | undefined
  /** Bytes of the message; of the frame where it ends none. */
  readonly shortest: number
  readonly longest: number
  /** Only what a search has found. */
  readonly found: boolean
}

export const everyRow: RowFilter = {
  level: 'messages',
  direction: 'all',
  kind: 'all',
  connection: undefined,
  shortest: 0,
  longest: Number.POSITIVE_INFINITY,
  found: false,
}

/** Whether the list shows row `index` of a segment. It runs a million times when a filter changes. */
export function passesRow(segment: RowSegment, index: number, filter: RowFilter): boolean {
  const bits = segment.bits[index]!
  // Control frames are shown as messages only when they are asked for by kind.
  if (filter.level === 'messages' && !(bits & RowBit.ends) && filter.kind === 'all') return false
  if (filter.connection !== undefined && segment.connection[index] !== filter.connection) {
    return false
  }
  if (
    filter.direction !== 'all' &&
    (filter.direction === 'sent') !== (bits & RowBit.transmit) > 0
  ) {
    return false
  }
  if (filter.kind !== 'all' && kindOf(bits) !== filter.kind) return false
  if (filter.found && segment.found[index] === 0) return false
  const size = Math.max(segment.length[index]!, bits & RowBit.ends ? 0 : segment.wireLength[index]!)
  return size >= filter.shortest && size <= filter.longest
}

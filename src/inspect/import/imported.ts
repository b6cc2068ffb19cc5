import { headerSize } from '../../core/frame-header.ts'
import type { Ports } from '../../core/ports.ts'
import type { ConnectionRecord, Counts, Direction, FrameRecord } from '../recording/records.ts'

/** A session that was read from a file: what an export takes, a replay and the page. */
export interface Imported {
  readonly connections: readonly ConnectionRecord[]
  /** In the order of the file. */
  readonly frames: readonly FrameRecord[]
  /** What the file has that could not be taken over, in words. */
  readonly notes: readonly string[]
}

/** What an import needs from outside. */
export type ImportPorts = Pick<Ports, 'encodeUtf8'>

/** What went one way, where the file does not say it. */
export function countsOf(frames: readonly FrameRecord[], direction: Direction): Counts {
  const counts: Counts = { frames: 0, messages: 0, wireBytes: 0, messageBytes: 0 }
  for (const { direction: way, length, maskKey, message } of frames) {
    if (way !== direction) continue
    counts.frames++
    counts.wireBytes += headerSize(length, maskKey !== undefined) + length
    if (!message) continue
    counts.messages++
    counts.messageBytes += message.length ?? message.wireLength
  }
  return counts
}

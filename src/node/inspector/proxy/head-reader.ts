import type { RecordedHead } from '../../../inspect/index.ts'

/** A head is not looked for in more than this. */
const longestHead = 65_536

/** Gathers a copy of the first bytes of a direction until they hold a whole HTTP head. */
export class HeadReader {
  #bytes: Buffer = Buffer.alloc(0)

  /** All that was read. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /**
   * @returns The head as it was written, down to the blank line, with what came behind it; `undefined` while
   * it is not whole, and `too long` when it will not be.
   */
  read(
    chunk: Uint8Array,
  ): { readonly text: string; readonly rest: Buffer } | 'too long' | undefined {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    const end = this.#bytes.indexOf('\r\n\r\n')
    if (end < 0) return this.#bytes.length > longestHead ? 'too long' : undefined
    const text = this.#bytes.toString('latin1', 0, end + 4)
    return { text, rest: this.#bytes.subarray(end + 4) }
  }
}

/** The value of a header field of a head, without the space around it. */
function fieldOf(head: RecordedHead, wanted: string): string | undefined {
  return head.fields.find(([name]) => name.toLowerCase() === wanted)?.[1].trim()
}

/** Whether a request asks for a WebSocket of RFC 6455; older drafts go through unseen. */
export function asksForWebSocket(head: RecordedHead): boolean {
  const upgrade = fieldOf(head, 'upgrade')?.toLowerCase()
  return upgrade === 'websocket' && fieldOf(head, 'sec-websocket-version') !== undefined
}

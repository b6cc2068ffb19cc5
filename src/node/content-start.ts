import type { HeaderFields } from '../core/index.ts'

/** Bytes of content that are kept. */
const most = 1024
/** Bytes that are kept for them: chunks of a few bytes each have several of framing. */
const mostRaw = 4 * most

const newline = 10

interface Content {
  readonly bytes: Buffer
  /** Whether this is all that is wanted: the end, or enough. */
  readonly whole: boolean
}

/** The first KiB of a response's content, which says in words why there is no WebSocket. */
export class ContentStart {
  readonly #read: (raw: Buffer) => Content
  #raw: Buffer = Buffer.alloc(0)

  /** RFC 9112 §6.3: where the content ends. */
  constructor(status: number, fields: HeaderFields) {
    const length = Number(fields.get('content-length') ?? Infinity)
    if (status < 200 || status === 204 || status === 304) this.#read = (raw) => upTo(raw, 0)
    else if (fields.has('transfer-encoding')) this.#read = dechunked
    else this.#read = (raw) => upTo(raw, Number.isNaN(length) ? Infinity : length)
  }

  push(bytes: Uint8Array): void {
    if (this.#raw.length < mostRaw) this.#raw = Buffer.concat([this.#raw, bytes])
  }

  /** Whether nothing more need be waited for. */
  get whole(): boolean {
    return this.#raw.length >= mostRaw || this.#read(this.#raw).whole
  }

  /** As UTF-8; the end may lack a character that the first KiB does not hold whole. */
  get text(): string {
    const { bytes } = this.#read(this.#raw)
    return new TextDecoder().decode(bytes.subarray(0, most), { stream: true })
  }
}

function upTo(raw: Buffer, length: number): Content {
  const wanted = Math.min(length, most)
  return { bytes: raw.subarray(0, wanted), whole: raw.length >= wanted }
}

/** RFC 9112 §7.1; from the first malformed chunk on there is nothing to read. */
function dechunked(raw: Buffer): Content {
  const chunks: Buffer[] = []
  let length = 0
  let at = 0
  while (length < most) {
    const end = raw.indexOf(newline, at)
    if (end < 0) return { bytes: Buffer.concat(chunks), whole: false }
    const size = Number.parseInt(raw.toString('latin1', at, end), 16)
    if (!(size > 0)) break
    const chunk = raw.subarray(end + 1, end + 1 + size)
    chunks.push(chunk)
    length += chunk.length
    at = end + 1 + size + 2
  }
  return { bytes: Buffer.concat(chunks), whole: true }
}

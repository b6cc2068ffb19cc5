import { deflateRawSync } from 'node:zlib'
import type { ConnectionFacts, RecordedHead } from '../../../dist/inspect/index.js'

/** What to write as a frame. */
export interface Written {
  readonly opcode: number
  readonly payload?: Uint8Array | string
  readonly fin?: boolean
  readonly rsv?: number
  readonly key?: readonly [number, number, number, number]
}

/** The bytes of a frame, masked when there is a key. */
export function frame({ opcode, payload = '', fin = true, rsv = 0, key }: Written): Uint8Array {
  const bytes = Buffer.from(payload as string)
  const mask = key ? 0x80 : 0
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode, ...lengthOf(bytes, mask), ...(key ?? [])]
  const body = key ? bytes.map((byte, at) => byte ^ key[at & 3]!) : bytes
  return new Uint8Array(Buffer.concat([Buffer.from(head), body]))
}

/** In as few bytes as it needs (RFC 6455 §5.2). */
function lengthOf({ length }: Uint8Array, mask: number): number[] {
  if (length < 126) return [mask | length]
  if (length < 65_536) return [mask | 126, length >> 8, length & 255]
  return [mask | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255]
}

export const key = [1, 2, 3, 4] as const
export const text = 1
export const binary = 2

const request: RecordedHead = {
  line: 'GET /chat?a=1&token=secret HTTP/1.1',
  fields: [
    ['Host', 'server.example'],
    ['Cookie', 'session=secret'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ],
}

/** A server's connection; the client's frames are what it receives, masked. */
export function facts(changes: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    role: 'server',
    url: 'ws://server.example/chat?a=1&token=secret',
    openedAt: 1_700_000_000_000,
    request,
    response: {
      line: 'HTTP/1.1 101 Switching Protocols',
      fields: [['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=']],
    },
    local: { address: '192.0.2.1', port: 8080 },
    remote: { address: '192.0.2.2', port: 50_000 },
    ...changes,
  }
}

/** The response that agrees on permessage-deflate. */
export function deflated(parameters = ''): Partial<ConnectionFacts> {
  return {
    response: {
      line: 'HTTP/1.1 101 Switching Protocols',
      fields: [['Sec-WebSocket-Extensions', `permessage-deflate${parameters}`]],
    },
  }
}

/** A message as permessage-deflate sends it (RFC 7692 §7.2.1). */
export function compressed(message: string, window = ''): Uint8Array {
  const options = { finishFlush: 2, ...(window === '' ? {} : { dictionary: Buffer.from(window) }) }
  return deflateRawSync(Buffer.from(message), options).subarray(0, -4)
}

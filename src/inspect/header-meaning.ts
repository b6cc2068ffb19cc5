import { httpHeaders, httpPrefixes } from './http-headers.ts'
import { websocketHeaders } from './websocket-headers.ts'

/** Which half of the handshake a header stands in. */
export type HandshakeHead = 'request' | 'response'

/** One sentence, or a function of the value where the value changes what there is to say. */
export type HeaderNote = string | ((value: string, head: HandshakeHead) => string)

/** Maps, not objects: a header may be called `constructor` or `__proto__`. */
const notes: ReadonlyMap<string, HeaderNote> = new Map([...httpHeaders, ...websocketHeaders])

/** What a header of a WebSocket handshake says, in one plain sentence with the clause that defines it. */
export function headerMeaning(name: string, value: string, head: HandshakeHead): string {
  const lower = name.toLowerCase()
  const note = notes.get(lower) ?? httpPrefixes.find(([prefix]) => lower.startsWith(prefix))?.[1]
  if (note === undefined) {
    return 'Not part of the WebSocket handshake; endpoints that do not know it ignore it.'
  }
  return typeof note === 'string' ? note : note(value.trim(), head)
}

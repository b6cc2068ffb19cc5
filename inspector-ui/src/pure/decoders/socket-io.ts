import type { Decoded, Decoder } from './decoder.ts'
import { jsonOrText, parsedJson } from './json.ts'

/** https://socket.io/docs/v4/engine-io-protocol/#packet-types */
const engineTypes = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop']

/** https://socket.io/docs/v4/socket-io-protocol/#exchange-protocol */
const packetTypes = [
  'CONNECT',
  'DISCONNECT',
  'EVENT',
  'ACK',
  'CONNECT_ERROR',
  'BINARY_EVENT',
  'BINARY_ACK',
]

/** Engine.IO names its version in the query of every handshake. */
const handshake = /[?&]EIO=[34]\b/

export const socketIo: Decoder = {
  name: 'Socket.IO',
  decode({ text, bytes, path }) {
    if (!handshake.test(path)) return undefined
    if (text === undefined)
      return { summary: `attachment, ${bytes.length} bytes`, value: { bytes } }
    const engine = engineTypes[Number(text.charAt(0))]
    if (text === '' || engine === undefined) return undefined
    const rest = text.slice(1)
    if (engine === 'message') return packetOf(rest)
    const data = rest === '' ? {} : { data: jsonOrText(rest) }
    return { summary: engine, value: { engine, ...data } }
  },
}

/** `<type>[<attachments>-][<namespace>,][<ack id>][JSON]` */
function packetOf(text: string): Decoded | undefined {
  const parts = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d+)?(.*)$/s.exec(text)
  if (!parts) return { summary: 'message', value: { engine: 'message', data: text } }
  const [, digit = '', attachments, namespace = '/', id, written = ''] = parts
  const type = packetTypes[Number(digit)] ?? ''
  const data = written === '' ? undefined : parsedJson(written)
  if (written !== '' && data === undefined) return undefined
  const event = Array.isArray(data) && type.endsWith('EVENT') ? ` ${JSON.stringify(data[0])}` : ''
  const where = namespace === '/' ? '' : ` in ${namespace}`
  const ack = id === undefined ? '' : `, ack ${id}`
  return {
    summary: `${type}${event}${where}${ack}`,
    value: {
      type,
      namespace,
      ...(id !== undefined && { id: Number(id) }),
      ...(attachments !== undefined && { attachments: Number(attachments) }),
      ...(data !== undefined && { data }),
    },
  }
}

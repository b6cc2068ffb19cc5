/** A WebSocket client without a library: what it sends is not held up by what it reads. */
import { once } from 'node:events'
import { connect } from 'node:net'

/** A socket after the handshake with compression. */
export async function opened(port, path = '/') {
  const client = connect(port, '127.0.0.1')
  client.on('error', () => {})
  client.setNoDelay(true)
  client.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n',
  )
  const [answer] = await once(client, 'data')
  if (!/permessage-deflate/.test(answer.toString('latin1'))) throw new Error('no compression')
  return client
}

/** A binary message in a frame masked with zeros; `rsv1` marks a compressed one. */
export function frame(payload, rsv1 = true) {
  return Buffer.concat([head(rsv1 ? 0xc2 : 0x82, payload.length), payload])
}

/** A ping, and what is in the pong that answers it. */
export const token = Buffer.from('all is answered up to here')
export const ping = Buffer.concat([head(0x89, token.length), token])

function head(first, length) {
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const bytes = Buffer.alloc(6 + size)
  bytes[0] = first
  bytes[1] = 0x80 | (size === 0 ? length : size === 2 ? 126 : 127)
  if (size === 2) bytes.writeUInt16BE(length, 2)
  if (size === 8) bytes.writeBigUInt64BE(BigInt(length), 2)
  return bytes
}

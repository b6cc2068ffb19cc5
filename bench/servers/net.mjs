// A control, not a WebSocket server: what node:net can do when the protocol costs nothing. It makes the answer
// of the first message of a connection, and sends it once for as many messages as later bytes amount to.
import { createServer } from 'node:net'
import { listening, port, reusePort } from './settings.mjs'

// Every connection of the generator has the key of RFC 6455 §1.3, so that no SHA-1 is needed.
const accepted = Buffer.from(
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
)
const subscribers = new Set()
const closeOpcode = 8

const server = createServer({ noDelay: true }, (socket) => {
  let answers
  let length
  let path
  let partial = Buffer.alloc(0)
  let bytes = 0
  socket.on('error', () => {})
  socket.on('close', () => subscribers.delete(socket))
  socket.on('data', (chunk) => {
    if (path === undefined) upgrade(chunk)
    else if (answers === undefined) first(chunk)
    else answer(chunk.length)
  })

  function upgrade(chunk) {
    path = chunk.latin1Slice(4, 8)
    if (path === '/sub') subscribers.add(socket)
    socket.write(accepted)
  }

  function first(chunk) {
    partial = Buffer.concat([partial, chunk])
    if ((partial[0] & 15) === closeOpcode) return socket.end()
    const frame = frameSize(partial)
    if (partial.length < frame.size) return
    length = frame.size
    answers = Buffer.concat(Array.from({ length: copies(length) }, () => unmasked(partial, frame)))
    answer(partial.length)
    partial = undefined
  }

  function answer(more) {
    bytes += more
    let count = Math.floor(bytes / length)
    bytes -= count * length
    const one = length - 4
    const receivers = path === '/pub' ? subscribers : [socket]
    while (count > 0) {
      const now = Math.min(count, answers.length / one)
      for (const receiver of receivers) receiver.write(answers.subarray(0, now * one))
      count -= now
    }
  }
})
server.listen({ host: '127.0.0.1', port, reusePort }, () => listening(server.address().port))

/** Small answers are kept often enough for a write of many. */
function copies(length) {
  return Math.max(1, Math.min(64, Math.floor(65_536 / length)))
}

function frameSize(bytes) {
  const short = bytes[1] & 127
  const head = short < 126 ? 2 : short === 126 ? 4 : 10
  const payload =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  return { head, size: head + 4 + payload }
}

function unmasked(bytes, { head, size }) {
  const frame = Buffer.concat([bytes.subarray(0, head), bytes.subarray(head + 4, size)])
  frame[1] &= 127
  for (let i = head; i < frame.length; i++) frame[i] ^= bytes[head + ((i - head) & 3)]
  return frame
}

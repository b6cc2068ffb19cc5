/** One connection of the generator: the upgrade, and frames that are counted rather than kept. */
import { connect } from 'node:net'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

/** All read into the same memory: nothing of it is needed after the callback. */
const buffer = Buffer.allocUnsafeSlow(1 << 18)

export class Connection {
  /** Of the messages that came, and of those that were not what was sent. */
  received = 0
  wrong = 0
  compresses = false
  socket
  /** What its mode needs to remember: the times of the messages that are not answered yet, oldest first. */
  times = []
  #load
  #head = ''
  #open = false
  #greetings = 0
  #header = new Uint8Array(10)
  #have = 0
  #left = 0
  #offset = 0
  #opcode = 0
  #final = true

  /** @param load What is the same for all: `opened`, `message`, `lost`, the options and the payload. */
  constructor(load, path, localAddress) {
    this.#load = load
    const { port } = load.options
    const onread = { buffer, callback: (size) => this.#read(buffer.subarray(0, size)) }
    this.socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true, onread })
    this.socket.on('connect', () => this.socket.write(upgrade(load.options, path)))
    this.socket.on('error', () => {})
    this.socket.on('close', () => load.lost(this, this.#open))
  }

  #read(bytes) {
    const now = performance.now()
    if (this.#open || this.#greetings > 0) this.#frames(bytes, now)
    else this.#upgraded(bytes, now)
    return true
  }

  #upgraded(bytes, now) {
    this.#head += bytes.latin1Slice()
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) return
    const rest = Buffer.from(this.#head.slice(end + 4), 'latin1')
    if (!this.#head.startsWith('HTTP/1.1 101') || !this.#head.includes(accept)) {
      return void this.socket.destroy()
    }
    this.compresses = /permessage-deflate/i.test(this.#head)
    this.#head = ''
    if (this.#load.options.sio && this.#load.options.mode !== 'storm') this.#greetings = 1
    else this.#opened()
    this.#frames(rest, now)
  }

  #opened() {
    this.#open = true
    this.#load.opened(this)
  }

  #frames(bytes, now) {
    const header = this.#header
    const { length } = bytes
    let messages = 0
    for (let at = 0; at < length;) {
      if (this.#left > 0) {
        const size = Math.min(this.#left, length - at)
        if (this.received === 0) this.#compare(bytes, at, size)
        at += size
        this.#offset += size
        this.#left -= size
        if (this.#left === 0 && this.#ended()) messages++
        continue
      }
      header[this.#have++] = bytes[at++]
      if (this.#have < 2) continue
      const short = header[1] & 127
      if (this.#have < (short < 126 ? 2 : short === 126 ? 4 : 10)) continue
      this.#left = short < 126 ? short : payloadLength(header, this.#have)
      this.#have = 0
      this.#opcode = header[0] & 15
      this.#final = header[0] >= 0x80
      if (this.#opcode > 0) this.#offset = 0
      if (this.#left === 0 && this.#ended()) messages++
    }
    if (messages > 0) this.#load.messages(this, messages, now)
  }

  /** Returns whether a message of the workload is whole. */
  #ended() {
    if (this.#opcode === 8 && this.#open) this.wrong++
    if (this.#opcode >= 8 || !this.#final) return false
    if (!this.#open) return this.#greeted()
    if (this.#load.options.sio && this.#offset === 1) return this.#pinged()
    if (this.#load.verify && this.#offset !== this.#load.payload.length) this.wrong++
    this.received++
    return true
  }

  /** Socket.IO: a session, then a namespace of it, which a client asks for with `40`. */
  #greeted() {
    if (this.#greetings++ === 1) this.socket.write(this.#load.greeting)
    else this.#opened()
    return false
  }

  /** Socket.IO closes a connection that does not answer its pings, which are messages too. */
  #pinged() {
    this.socket.write(this.#load.pong)
    return false
  }

  #compare(bytes, at, size) {
    if (!this.#load.verify || !this.#open || this.#opcode >= 8) return
    const expected = this.#load.payload.subarray(this.#offset, this.#offset + size)
    if (expected.compare(bytes, at, at + size) !== 0) this.wrong++
  }
}

function payloadLength(header, size) {
  let length = 0
  for (let i = 2; i < size; i++) length = length * 256 + header[i]
  return length
}

function upgrade({ port, deflate, dparams }, path) {
  const extensions = deflate ? `Sec-WebSocket-Extensions: ${dparams}\r\n` : ''
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n${extensions}\r\n`
  )
}

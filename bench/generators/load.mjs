/** What all modes share: the payload and its frame, the connections, the counts and the clock. */
import { Connection } from './connection.mjs'
import { makePayload, maskedFrame } from './frames.mjs'
import { Histogram } from './histogram.mjs'
import { cpuSeconds, residentKibibytes } from './process-figures.mjs'

const mostConnecting = 200

export class Load {
  latencies = new Histogram()
  connections = []
  recording = false
  /** Of the messages and payload bytes while recording, the connections that failed, and compress. */
  counted = 0
  bytes = 0
  failed = 0
  overrun = false
  greeting = maskedFrame(1, Buffer.from('40'))
  pong = maskedFrame(1, Buffer.from('3'))
  #ending = false
  #onOpened

  constructor(options) {
    this.options = options
    this.payload = makePayload(options)
    const opcode = options.text || options.json || options.sio ? 1 : 2
    const frame = maskedFrame(opcode, this.payload, options.compressed !== '')
    const copies = Math.max(1, options.depth, options.window, Math.ceil(65_536 / frame.length))
    this.frameLength = frame.length
    /** The frame again and again, so that many are one write. */
    this.frames = Buffer.concat(Array.from({ length: copies }, () => frame))
    this.verify = !options.deflate
  }

  /** A mode replaces it: `count` messages of a connection have come at `now`. */
  messages() {}

  send(connection, count) {
    const most = this.frames.length / this.frameLength
    for (let left = count; left > 0; left -= most) {
      connection.socket.write(this.frames.subarray(0, Math.min(left, most) * this.frameLength))
    }
  }

  opened(connection) {
    this.#onOpened(connection)
  }

  lost(connection, wasOpen) {
    if (this.#ending) return
    if (wasOpen) connection.wrong++
    else {
      this.failed++
      this.#onOpened(connection)
    }
  }

  /** Opens a connection to each path, a few hundred at a time. */
  async open(paths) {
    let [next, done] = [0, 0]
    await new Promise((resolve) => {
      const dial = () => {
        const path = paths[next++]
        if (path !== undefined) this.connections.push(new Connection(this, path))
      }
      this.#onOpened = () => {
        done++
        if (done === paths.length) resolve()
        else dial()
      }
      for (let i = 0; i < Math.min(mostConnecting, paths.length); i++) dial()
    })
    if (this.failed > 0) throw new Error(`${this.failed} connections failed`)
  }

  count(milliseconds) {
    if (!this.recording) return
    this.counted++
    this.bytes += this.payload.length
    this.latencies.add(milliseconds)
  }

  /** Warms up, records, and says what was seen. */
  async measure() {
    const { warm, dur, pids } = this.options
    await sleep(warm * 1000)
    const [own, server, began] = [process.cpuUsage(), cpuSeconds(pids), performance.now()]
    this.recording = true
    await sleep(dur * 1000)
    this.recording = false
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(own)
    return this.#summary(seconds, (user + system) / 1e6, cpuSeconds(pids) - server)
  }

  end() {
    this.#ending = true
    for (const { socket } of this.connections) socket.destroy()
  }

  /** As wsload prints it. */
  #summary(seconds, own, server) {
    const { mode, label, conns, size, depth, window, pids } = this.options
    const percentile = (share) => this.latencies.microseconds(share)
    return {
      label,
      mode,
      conns,
      size,
      depth,
      window,
      secs: seconds,
      msgs: this.counted,
      msgs_s: this.counted / seconds,
      MB_s: this.bytes / seconds / 1e6,
      p50_us: percentile(0.5),
      p90_us: percentile(0.9),
      p99_us: percentile(0.99),
      p999_us: percentile(0.999),
      max_us: this.latencies.longest * 1000,
      load_cpu: own / seconds,
      srv_cpu: server / seconds,
      srv_us_msg: this.counted > 0 ? (server * 1e6) / this.counted : 0,
      bad: this.wrong,
      failed: this.failed,
      ext: this.compressing,
      over: Number(this.overrun),
      rss_kb: residentKibibytes(pids),
    }
  }

  get wrong() {
    return this.connections.reduce((sum, { wrong }) => sum + wrong, 0)
  }

  get compressing() {
    return this.connections.filter(({ compresses }) => compresses).length
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

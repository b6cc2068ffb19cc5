import type { Socket } from 'node:net'

/** How waiting for bytes ended. */
export type Awaited = 'enough' | 'ended' | 'timeout'

/** The bytes that come on a socket, to be waited for. */
export class Incoming {
  /** What has come and was not taken. */
  bytes: Buffer = Buffer.alloc(0)
  /** All that has ever come. */
  total = 0
  /** The error that ended the socket. */
  fault: NodeJS.ErrnoException | undefined
  #ended = false
  #news: () => void = () => {}

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk])
      this.total += chunk.length
      this.#news()
    })
    socket.on('error', (error) => (this.fault = error))
    for (const end of ['end', 'close']) {
      socket.on(end, () => {
        this.#ended = true
        this.#news()
      })
    }
  }

  /** Waits until `enough` is true of what has come, for at most so many milliseconds. */
  async until(enough: (bytes: Buffer) => boolean, milliseconds: number): Promise<Awaited> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Awaited>((resolve) => {
        this.#news = () => {
          // What came before the end counts.
          if (enough(this.bytes)) resolve('enough')
          else if (this.#ended) resolve('ended')
        }
        // Where the process was held up, timers come before the bytes that have arrived.
        timer = setTimeout(() => setImmediate(() => resolve('timeout')), milliseconds)
        this.#news()
      })
    } finally {
      clearTimeout(timer)
      this.#news = () => {}
    }
  }

  /** Takes all that has come. */
  take(): Buffer {
    const taken = this.bytes
    this.bytes = Buffer.alloc(0)
    return taken
  }
}

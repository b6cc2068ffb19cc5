/**
 * What the servers in JavaScript share: their options, what they pour, and how the harness asks them
 * how they are: a line on stdin is answered with a line of JSON. Every server serves the same paths:
 *
 *     /          echoes
 *     /sink      takes messages and says nothing
 *     /pour      sends 200 MiB/s whatever becomes of it; with ?hold=n until n bytes wait in the process
 *     /close     closes with 1000 as soon as it is open
 *     /typed     closes with a typed array for a reason
 *     /throw     has a message handler that throws
 *     /topic     joins the topic that a message names, and publishes the name there
 */
import { createInterface } from 'node:readline'

/** Given as JSON: Tidewire's `limits`, `heartbeat` and `deflate`; the others take what they have. */
export const options = JSON.parse(process.argv[2] ?? '{}')

/** Close codes, as the server saw them, with their number. */
const codes = {}

export function noteClose(code) {
  codes[code] = (codes[code] ?? 0) + 1
}

/** @param sockets How many WebSocket connections the server knows. */
export function control(port, sockets) {
  createInterface({ input: process.stdin })
    .on('line', () => say(state(sockets())))
    .on('close', () => process.exit())
  say({ port })
}

function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

function state(sockets) {
  globalThis.gc?.()
  const handles = process.getActiveResourcesInfo?.().filter((name) => /^TCPS|^TLS/.test(name))
  return {
    sockets,
    codes,
    handles: handles?.length,
    heapUsed: process.memoryUsage().heapUsed,
    polluted: Object.keys(Object.prototype).length + Number('x' in {}),
  }
}

/** Text, which every implementation turns into bytes for each receiver. */
const message = 'x'.repeat(65_536)

/** What a caller without types may give for a reason; if that throws, the reason is `refused`. */
export function closeTyped(socket) {
  try {
    void socket.close(1000, new Float32Array(20))
  } catch {
    void socket.close(1000, 'refused')
  }
}

/**
 * Sends without regard for what the receiver takes.
 * @param url With ?hold=n it stops once n bytes wait.
 * @param socket `send(text)`, and `waiting()`: bytes that wait, or undefined once it is closed.
 */
export function pour(url, { send, waiting }) {
  const hold = Number(new URL(url, 'http://localhost').searchParams.get('hold') ?? Infinity)
  const timer = setInterval(() => {
    for (let i = 0; i < 16; i++) {
      const bytes = waiting()
      if (bytes === undefined || bytes >= hold) return clearInterval(timer)
      send(message)
    }
  }, 5)
}

/**
 * What the servers in JavaScript share: their options, what they pour, and how the harness asks them
 * how they are: a line on stdin is answered with a line of JSON; after `collect` garbage is collected. Every server serves the same paths:
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
import { setTimeout as sleep } from 'node:timers/promises'

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
    .on('line', (line) => void answer(line, sockets))
    .on('close', () => process.exit())
  say({ port })
}

function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

async function answer(line, sockets) {
  if (line === 'collect') await collect()
  say(state(sockets()))
}

/** More than once and with time between: what is outside of the heap is given back some time later. */
async function collect() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    globalThis.Bun?.gc(true)
    await sleep(20)
  }
}

function state(sockets) {
  const { heapUsed, external } = process.memoryUsage()
  const handles = process.getActiveResourcesInfo?.().filter((name) => /^TCPS|^TLS/.test(name))
  return {
    sockets,
    codes,
    handles: handles?.length,
    heapUsed,
    held: heapUsed + external,
    polluted: Object.keys(Object.prototype).length + Number('x' in {}),
  }
}

const filler = 'x'.repeat(65_530)

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
  let count = 0
  const timer = setInterval(() => {
    for (let i = 0; i < 16; i++) {
      const bytes = waiting()
      if (bytes === undefined || bytes >= hold) return clearInterval(timer)
      // Another text each time, as programs have something new to say.
      send(`${++count} ${filler}`)
    }
  }, 5)
}

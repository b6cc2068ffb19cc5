/** Open connections that do nothing more: one that answers no ping, one that reads nothing, half a frame. */
import { frame, opcodes } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { is, within } from './harness/gate.ts'

const heartbeat = short ? { interval: 500, timeout: 500 } : {}
const limits = short ? { frameTimeout: 700 } : {}
const patience = short ? 10_000 : 60_000
/** Deadlines of docs/limits.md, and the coarsest that a timer may be. */
const [silence, frameTimeout] = short ? [1, 0.7] : [40, 30]
const coarsest = 0.25

await attack({
  server: { heartbeat, limits },
  gates: {
    'still open': is(0),
    codes: is('1006 x 2, 1008 x 1'),
    'half a frame (s)': within(frameTimeout + coarsest),
    // The ping may be late, and so may the end of the wait for its answer.
    'no answer (s)': within(silence + 2 * coarsest),
  },
  async run(scene) {
    const [idle, deaf, half] = await Promise.all([scene.open(), scene.open(), scene.open()])
    idle.socket.resume()
    deaf.socket.pause()
    // What is left of the frame never comes.
    half.write(frame(opcodes.binary, Buffer.alloc(100)).subarray(0, 50))
    const started = performance.now()
    const seconds = (): number => (performance.now() - started) / 1000
    // The first of the three to go, and the last; one more is the bystander.
    await scene.server.settled(({ sockets }) => sockets <= 3, patience)
    const first = seconds()
    const left = await scene.alone(patience - first * 1000)
    return {
      'half a frame (s)': first,
      'no answer (s)': seconds(),
      'still open': left,
      codes: await scene.closeCodes(),
    }
  },
})

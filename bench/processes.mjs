/** Starts servers and generators where, and as urgently, as a measurement needs it; they end with this process. */
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

const works = (...command) => spawnSync(command[0], [...command.slice(1), 'true']).status === 0

/** Without it the kernel decides who runs where. */
const pin = works('taskset', '-c', '1')

/** Before all other work, whenever there is something to do (sched(7)). Only root may. */
const realTime = ['chrt', '--rr', '5']
const promptly = works(...realTime)

/**
 * @param core The one it runs on, or 'all'.
 * @param urgency 'high' by default; 'real-time', for latencies, is for servers that are not busy all the time,
 * because nothing else runs beside them; 'none' is for tests.
 */
export function launch(command, { core, urgency = 'high' }) {
  const prefix = [
    ...(urgency === 'real-time' && promptly ? realTime : []),
    ...(core !== 'all' && pin ? ['taskset', '-c', core] : []),
  ]
  const [program, ...args] = [...prefix, ...command].map(String)
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('close', () => running.delete(child))
  if (urgency !== 'none') hurry(child)
  return child
}

/** Other work on the machine disturbs less; only root may. */
function hurry(child) {
  const nice = -15
  try {
    setPriority(child.pid, nice)
    // Where sessions share the machine fairly, the priority within a session is not enough (sched(7)).
    writeFileSync(`/proc/${child.pid}/autogroup`, String(nice))
  } catch {
    // As it is, then.
  }
}

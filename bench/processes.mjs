/** Starts servers and generators where, and as urgently, as a measurement needs it; they end with this process. */
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

/** Without it, and on one core, the kernel decides who runs where. */
const pins = spawnSync('taskset', ['-c', '1', 'true']).status === 0

/**
 * @param core The one it runs on, or 'all'.
 * @param calm Leaves its priority as it is, for tests.
 */
export function launch(command, { core, calm }) {
  const pinned = pins && core !== 'all' ? ['taskset', '-c', core, ...command] : command
  const [program, ...args] = pinned.map(String)
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('close', () => running.delete(child))
  if (!calm) hurry(child)
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

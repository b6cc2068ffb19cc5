/** A server that is measured: a process of its own, on one core. */
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { contenders } from './contenders.mjs'

const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

/** Without it, and on one core, the kernel decides who runs where. */
const pins = spawnSync('taskset', ['-c', '1', 'true']).status === 0

/** The command that runs on `core` alone, or wherever the kernel wants when `core` is 'all'. */
export function pinned(core, command) {
  return pins && core !== 'all' ? ['taskset', '-c', String(core), ...command] : command
}

/** Other work on the machine disturbs less; only root may. */
export function hurry(child) {
  const nice = -15
  try {
    setPriority(child.pid, nice)
    // Where sessions share the machine fairly, the priority within a session is not enough (sched(7)).
    writeFileSync(`/proc/${child.pid}/autogroup`, String(nice))
  } catch {
    // As it is, then.
  }
}

/**
 * Starts a server. @param settings What it gets as JSON: see servers/settings.mjs.
 * @param core The one it runs on, or 'all'.
 * @param calm Leaves its priority as it is, for tests.
 * @param command What to run instead of the contender's own.
 */
export async function startServer(name, settings = {}, { core = 0, calm, command } = {}) {
  const own = command ?? contenders[name].command
  const [program, ...args] = pinned(core, [...own, JSON.stringify(settings)])
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  if (!calm) hurry(child)
  let complaints = ''
  child.stderr.on('data', (text) => (complaints += text))
  const ended = new Promise((resolve) => child.once('close', resolve))
  void ended.then(() => running.delete(child))
  // The port, and the processes when they are not the one that was started.
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then(() => {
      throw new Error(`the ${name} server did not start: ${reason(complaints)}`)
    }),
  ])
  const [port, ...pids] = line.split(' ').map(Number)
  const stop = async () => {
    child.kill()
    await ended
  }
  return { port, pid: child.pid, pids: pids.length > 0 ? pids : [child.pid], stop }
}

/** The line of a stack that says what happened. */
function reason(complaints) {
  const lines = complaints.trim().split('\n')
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1)
}

/** A server that is measured: a process of its own, on one core. */
import { createInterface } from 'node:readline'
import { contenders } from './contenders.mjs'
import { launch } from './processes.mjs'

/**
 * Starts a server. @param settings What it gets as JSON: see servers/settings.mjs.
 * @param options `core` and `urgency` as in processes.mjs; `command` is what to run instead of its own.
 */
export async function startServer(name, settings = {}, options = {}) {
  const { core = 0, urgency, command } = options
  const own = command ?? contenders[name].command
  const child = launch([...own, JSON.stringify(settings)], { core, urgency })
  let complaints = ''
  child.stderr.on('data', (text) => (complaints += text))
  const ended = new Promise((resolve) => child.once('close', resolve))
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

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Latencies } from './bystander.ts'

const program = fileURLToPath(new URL('bystander.js', import.meta.url))
const nobody: Latencies = { p50: Number.NaN, p99: Number.NaN, max: Number.NaN, lost: true }

/** Someone who is served meanwhile: bystander.ts in a process of its own. */
export class BystanderProcess {
  readonly #child: ChildProcess
  readonly pid: number

  private constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid!
  }

  /** Resolves when its connection is open. */
  static async start({ port }: { readonly port: number }): Promise<BystanderProcess> {
    const child = fork(program, [String(port)])
    await once(child, 'message')
    return new BystanderProcess(child)
  }

  /** What was before does not count. */
  begin(): void {
    this.#child.send('begin')
  }

  async end(): Promise<Latencies> {
    const exited = once(this.#child, 'exit')
    const said = once(this.#child, 'message').then(([latencies]) => latencies as Latencies)
    if (this.#child.connected) this.#child.send('report')
    const latencies = await Promise.race([said, exited.then(() => nobody)])
    await exited
    return latencies
  }
}

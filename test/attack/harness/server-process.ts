import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionOptions } from '../../../dist/node/connection-options.js'
import { contenders } from './contenders.ts'

/** Options as they go through JSON: Tidewire's, of which the others take what they have. */
export type ServerOptions = Pick<ConnectionOptions, 'limits' | 'heartbeat' | 'deflate'>

/** What a server says of itself. */
export interface State {
  /** WebSocket connections. */
  readonly sockets: number
  /** Connections closed so far, by the code that its program was told. */
  readonly codes: Readonly<Record<string, number>>
  /** Open connections that keep it alive; where it runs on Node. */
  readonly handles?: number
  readonly heapUsed?: number
  /** Bytes in use, outside of the heap as well. */
  readonly held?: number
  /** Properties that somebody gave to Object.prototype. */
  readonly polluted: number
}

/** A server in a process of its own. */
export class ServerProcess {
  readonly hostname = '127.0.0.1'
  readonly url = 'http://127.0.0.1/'
  readonly port: number
  readonly pid: number
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>
  alive = true
  readonly #child: ChildProcess
  readonly #lines: Interface

  constructor(child: ChildProcess, lines: Interface, port: number) {
    this.#child = child
    this.#lines = lines
    this.port = port
    this.pid = child.pid!
    this.exited = once(child, 'exit').then(([code, signal]) => {
      this.alive = false
      return (code ?? signal) as number | string
    })
  }

  /** `undefined` when it has died, or is too busy to say anything for as long as 10 s. */
  state(): Promise<State | undefined> {
    return this.#ask('state')
  }

  /** Its state when it has collected its garbage, where that can be asked for. */
  collected(): Promise<State | undefined> {
    return this.#ask('collect')
  }

  async #ask(line: string): Promise<State | undefined> {
    if (!this.alive) return undefined
    const signal = AbortSignal.timeout(10_000)
    const answer = once(this.#lines, 'line', { signal }).catch(() => undefined)
    this.#child.stdin!.write(`${line}\n`)
    const [said] = (await Promise.race([answer, this.exited.then(() => undefined)])) ?? []
    return said === undefined ? undefined : (JSON.parse(said as string) as State)
  }

  /** Its state once `settled` holds for it, or after `patience` ms. */
  async settled(settled: (state: State) => boolean, patience = 5000): Promise<State | undefined> {
    const until = performance.now() + patience
    for (;;) {
      const state = await this.state()
      if (!state || settled(state) || performance.now() > until) return state
      await sleep(50)
    }
  }

  /** As `ulimit -n` would, which leaves a program too few to start with. */
  limitDescriptors(count: number): void {
    execFileSync('prlimit', [`--pid=${this.pid}`, `--nofile=${count}`])
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited
  }
}

export async function startServer(
  contender: string,
  options: ServerOptions,
): Promise<ServerProcess> {
  const [program, ...args] = contenders[contender]!.command
  const child = spawn(program!, [...args, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(20_000) })) as [string]
  return new ServerProcess(child, lines, (JSON.parse(line) as { port: number }).port)
}

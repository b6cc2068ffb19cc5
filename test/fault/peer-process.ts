import { type ChildProcess, spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Calls, calls } from '../node/raw-client.ts'
import type { PeerOptions, PeerTold } from './peer.ts'

const program = fileURLToPath(new URL('./peer.js', import.meta.url))

type Of<Kind extends PeerTold['told']> = Extract<PeerTold, { told: Kind }>

/** The test's side of `peer.ts`. */
export class PeerProcess {
  readonly #process: ChildProcess
  readonly #told: { readonly [Kind in PeerTold['told']]: Calls<Of<Kind>> } = {
    listening: calls(),
    open: calls(),
    message: calls(),
    closed: calls(),
  }

  /** @param prefix A command that runs another one, such as `ip netns exec name`. */
  constructor(t: TestContext, options: PeerOptions, prefix: readonly string[] = []) {
    const [command, ...args] = [...prefix, process.execPath, program, JSON.stringify(options)]
    this.#process = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#process.on('message', (told: PeerTold) => this.#told[told.told].note(told as never))
    // Also one that is stopped ends by this.
    t.after(() => this.#process.kill('SIGKILL'))
  }

  next<Kind extends PeerTold['told']>(kind: Kind): Promise<Of<Kind>> {
    return this.#told[kind].next()
  }

  /** Has its sockets send a text. */
  send(text: string): void {
    this.#process.send(text)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }
}

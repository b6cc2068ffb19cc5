import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

export const commands = {
  bun: [resolve('node_modules/bun/bin/bun.exe')],
  deno: [resolve('node_modules/deno/deno'), 'run', '--allow-all', '--no-check'],
} as const

export type Runtime = keyof typeof commands

interface Cleanup {
  after(act: () => unknown): void
}

/** A program that runs on Bun or Deno and prints lines of JSON. */
export class RuntimeProgram {
  readonly #lines: AsyncIterator<string>
  readonly #child: ChildProcess

  constructor(t: Cleanup, runtime: Runtime, file: string, ...args: string[]) {
    const [command, ...before] = commands[runtime]
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    this.#child = spawn(command, [...before, file, ...args], { stdio: [...stdio] })
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
    t.after(() => this.#child.kill('SIGKILL'))
  }

  /** The next line. */
  async next(): Promise<unknown[]> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the program has ended')
    return JSON.parse(value) as unknown[]
  }

  /** The next line that begins with `kind`. */
  async until(kind: string): Promise<unknown[]> {
    for (;;) {
      const line = await this.next()
      if (line[0] === kind) return line
    }
  }
}

/** Starts test/runtimes/server.mjs with these options. */
export function started(t: Cleanup, runtime: Runtime, options: object): RuntimeProgram {
  return new RuntimeProgram(t, runtime, 'test/runtimes/server.mjs', JSON.stringify(options))
}

/** The same, once it listens. */
export async function served(
  t: Cleanup,
  runtime: Runtime,
  options: object = {},
): Promise<{ program: RuntimeProgram; http: string; ws: string }> {
  const program = started(t, runtime, options)
  const [, url] = (await program.until('listening')) as ['listening', string]
  return { program, http: url, ws: `${url.replace('http', 'ws')}chat` }
}

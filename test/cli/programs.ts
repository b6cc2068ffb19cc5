import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

/** A test, or a whole file of them. */
export interface Cleanup {
  after(run: () => Promise<void>): void
}

export interface Result {
  /** `null` when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A program that runs until it ends, or the test does. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Result>
  /** What it has printed so far. */
  stdout = ''
  stderr = ''
  /** The bytes of stdout, where they are not text. */
  readonly chunks: Buffer[] = []
  #over = false
  readonly #waiting = new Set<() => void>()

  constructor(t: Cleanup, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(file, args, { env: { ...environment(), ...env } })
    // A program may end before it has read what it is given.
    this.child.stdin.on('error', () => {})
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk)
      this.stdout += chunk.toString()
      this.#look()
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#look()
    })
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.#over = true
        this.#look()
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })
      })
    })
    t.after(async () => {
      this.child.kill('SIGKILL')
      await this.ended
    })
  }

  /** Waits until what it has printed matches. @throws when it ends without. */
  async until(pattern: RegExp, where: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this[where])
      if (match) return match
      if (this.#over) {
        throw new Error(`it ended without ${pattern}:\n${this.stdout}\n${this.stderr}`)
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

/** Nothing of npm's or of the test runner's, and nothing kept in the home of whoever runs it. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|NO_COLOR)/i.test(name))
  return { ...Object.fromEntries(own), TIDEWIRE_HISTORY: '' }
}

/** Starts the built command. */
export function tidewire(t: Cleanup, args: readonly string[], env?: NodeJS.ProcessEnv): Program {
  return new Program(t, process.execPath, ['dist/cli/main.js', ...args], env)
}

/** Runs the built command to its end. @param input Its stdin. */
export function run(
  t: Cleanup,
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<Result> {
  const program = tidewire(t, args)
  program.child.stdin.end(input)
  return program.ended
}

export interface RunningServer {
  readonly program: Program
  /** `http://host:port`, or with https. */
  readonly http: string
  /** The same with ws or wss. */
  readonly ws: string
}

/** Starts `tidewire serve` on a free port. */
export async function startServer(
  t: Cleanup,
  args: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
): Promise<RunningServer> {
  const program = tidewire(t, ['serve', '--port', '0', ...args], env)
  const [, http = ''] = await program.until(/^listening on (\S+)\n/)
  return { program, http, ws: http.replace(/^http/, 'ws') }
}

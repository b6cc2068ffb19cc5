import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A `tidewire serve` in a process of its own, as a user runs it. */
export interface ReadyServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string
  /** The link that `--inspect` prints. */
  readonly inspectorLink: () => Promise<string>
  /** Sends a signal without waiting for what comes of it. */
  readonly signal: (signal: NodeJS.Signals) => void
  /** Sends a signal that ends it. @returns Its exit code; null when the signal killed it. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>
}

/** Starts the built command on a free port, and resolves once it says that it listens. */
export async function startReadyServer(options: readonly string[] = []): Promise<ReadyServer> {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', ...options])
  const exited = once(child, 'exit') as Promise<[number | null]>
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return {
    url: await listeningUrl(child, () => stderr),
    async inspectorLink() {
      for (;;) {
        const link = /^tidewire inspector: (\S+)\n/m.exec(stderr)?.[1]
        if (link !== undefined) return link
        await once(child.stderr, 'data')
      }
    },
    signal: (signal) => void child.kill(signal),
    async stop(signal) {
      child.kill(signal)
      const [code] = await exited
      return code
    },
  }
}

async function listeningUrl(child: ChildProcess, stderr: () => string): Promise<string> {
  let said = ''
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk)
    const url = /^listening on (\S+)$/m.exec(said)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`tidewire serve ended before it listened, and said: ${said}${stderr()}`)
}

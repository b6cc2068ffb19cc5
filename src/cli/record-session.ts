import { closeSync, openSync, writeSync } from 'node:fs'
import { extname } from 'node:path'
import { type Recorded, toHar, toJsonLines, toPcapng } from '../inspect/index.ts'
import { record } from '../node/index.ts'
import { CommandError, systemMessage, UsageError, version } from './command.ts'
import { ports } from './ports.ts'

/** What the end of a file's name asks for. */
const formats: ReadonlyMap<string, (recording: Recorded) => string | Uint8Array> = new Map<
  string,
  (recording: Recorded) => string | Uint8Array
>([
  ['.har', (recording) => `${JSON.stringify(toHar(recording, creator(), ports), undefined, 2)}\n`],
  ['.pcapng', (recording) => toPcapng(recording, `tidewire ${version()}`)],
  ['.jsonl', (recording) => [...toJsonLines(recording, ports), ''].join('\n')],
])

/** Whoever asks for a file wants all of the session, as far as memory goes. */
const bounds = { frames: 1_000_000, bytes: 2 ** 29, payload: 2 ** 24 } as const

/**
 * Refuses a file whose name does not say its format.
 * @throws {UsageError}
 */
export function checkRecordingFile(file: string): string {
  if (formats.has(extname(file))) return file
  throw new UsageError(`--record ${file}: expected a name that ends in .har, .pcapng or .jsonl`)
}

/**
 * Runs a session and writes what went over its connection to files, however it ends.
 * @throws {CommandError} when a file cannot be written, which is tried before the session begins.
 */
export async function recordSession<Result>(
  files: readonly string[],
  session: () => Promise<Result>,
): Promise<Result> {
  if (files.length === 0) return session()
  const opened = files.map((file) => ({ file, descriptor: open(file) }))
  const { recording, stop } = record(bounds)
  try {
    return await session()
  } finally {
    stop()
    for (const { file, descriptor } of opened) write(file, descriptor, recording)
    const { dropped } = recording.usage
    if (dropped > 0) {
      process.stderr.write(`tidewire: the first ${dropped} frames did not fit into the recording\n`)
    }
  }
}

function creator(): { readonly name: string; readonly version: string } {
  return { name: 'Tidewire', version: version() }
}

function open(file: string): number {
  try {
    return openSync(file, 'w', 0o600)
  } catch (error) {
    throw unwritable(file, error)
  }
}

function write(file: string, descriptor: number, recording: Recorded): void {
  try {
    const content = formats.get(extname(file))!(recording)
    const bytes = Buffer.from(content as string)
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
  } catch (error) {
    throw unwritable(file, error)
  } finally {
    closeSync(descriptor)
  }
}

function unwritable(file: string, error: unknown): CommandError {
  return new CommandError(`--record ${file} cannot be written: ${systemMessage(error)}`)
}

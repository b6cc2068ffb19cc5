import { TidewireError } from '../../errors/index.ts'
import { fromHar, fromJsonLines, type Imported } from '../../inspect/index.ts'
import { UsageError } from '../command.ts'
import { parsedJson } from '../parsed-json.ts'
import { ports } from '../ports.ts'
import { inputName, readInput } from '../read-input.ts'

/**
 * A saved session: a HAR, or JSON lines.
 * @param name A file, or `-` for stdin.
 * @throws {UsageError} when it cannot be read or is neither.
 */
export async function readSession(name: string): Promise<Imported> {
  const written = await readInput(name)
  const json = parsedJson(written)
  try {
    if (!json || isLine(json.value)) return fromJsonLines(written.split('\n'), ports)
    return fromHar(json.value, ports)
  } catch (error) {
    if (!(error instanceof TidewireError)) throw error
    const read = 'a HAR or the JSON lines of --record are read'
    throw new UsageError(`${inputName(name)}: ${error.message}; ${read}`)
  }
}

/** A session may be one line, which is JSON by itself. */
function isLine(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'type' in json
}

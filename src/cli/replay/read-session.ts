import { TidewireError } from '../../errors/index.ts'
import { fromSaved, type Imported } from '../../inspect/index.ts'
import { UsageError } from '../command.ts'
import { ports } from '../ports.ts'
import { inputName, readInput } from '../read-input.ts'

/**
 * A saved session: a HAR, or JSON lines.
 * @param name A file, or `-` for stdin.
 * @throws {UsageError} when it cannot be read or is neither.
 */
export async function readSession(name: string): Promise<Imported> {
  const written = await readInput(name)
  try {
    return fromSaved(written, ports)
  } catch (error) {
    if (!(error instanceof TidewireError)) throw error
    const read = 'a HAR or the JSON lines of --record are read'
    throw new UsageError(`${inputName(name)}: ${error.message}; ${read}`)
  }
}

import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { TidewireError } from '../../errors/index.ts'
import { fromHar, fromJsonLines, type Imported } from '../../inspect/index.ts'
import { systemMessage, UsageError } from '../command.ts'
import { ports } from '../ports.ts'

/**
 * A saved session: a HAR, or JSON lines.
 * @param name A file, or `-` for stdin.
 * @throws {UsageError} when it cannot be read or is neither.
 */
export async function readSession(name: string): Promise<Imported> {
  const written = (name === '-' ? await text(process.stdin) : readText(name)).replace(/^\ufeff/, '')
  try {
    const har = parsed(written)
    return har === undefined ? fromJsonLines(written.split('\n'), ports) : fromHar(har, ports)
  } catch (error) {
    if (!(error instanceof TidewireError)) throw error
    throw new UsageError(
      `${name === '-' ? 'stdin' : name}: ${error.message}; a HAR or the JSON lines of --record are read`,
    )
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${systemMessage(error)}`)
  }
}

/** The JSON that all of a text is; a session of one line of JSON is no HAR. */
function parsed(written: string): unknown {
  try {
    const json = JSON.parse(written) as unknown
    const isLine = typeof json === 'object' && json !== null && 'type' in json
    return isLine ? undefined : json
  } catch {
    return undefined
  }
}

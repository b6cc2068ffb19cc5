import { existsSync } from 'node:fs'
import { type Exchange, harExchanges, readTranscript } from '../inspect/index.ts'
import { UsageError } from './command.ts'
import { parsedJson } from './parsed-json.ts'
import { inputName, readInput } from './read-input.ts'

/**
 * The handshakes in a file: a HAR, or text.
 * @param name A file, or `-` for stdin.
 * @throws {UsageError} when it cannot be read or has none.
 */
export async function readExchanges(name: string): Promise<Exchange[]> {
  if (name !== '-' && !existsSync(name)) {
    throw new UsageError(
      `there is no file ${name}, and it is no URL such as wss://example.com/chat`,
    )
  }
  const written = await readInput(name)
  const exchanges = harExchanges(parsedJson(written)?.value) ?? readTranscript(written)
  if (exchanges.length > 0) return exchanges
  const expected = 'expected a request such as GET /chat HTTP/1.1 with its headers and its response'
  throw new UsageError(`${inputName(name)} has no handshake: ${expected}, or a HAR`)
}

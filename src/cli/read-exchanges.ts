import { existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { type Exchange, harExchanges, readTranscript } from '../inspect/index.ts'
import { systemMessage, UsageError } from './command.ts'

/**
 * The handshakes in a file: a HAR, or text.
 * @param name A file, or `-` for stdin.
 * @throws {UsageError} when it cannot be read or has none.
 */
export async function readExchanges(name: string): Promise<Exchange[]> {
  const written = name === '-' ? await text(process.stdin) : readText(name)
  const exchanges = harExchanges(parsed(written)) ?? readTranscript(written)
  if (exchanges.length > 0) return exchanges
  const expected = 'expected a request such as GET /chat HTTP/1.1 with its headers and its response'
  throw new UsageError(`${name === '-' ? 'stdin' : name} has no handshake: ${expected}, or a HAR`)
}

function readText(file: string): string {
  if (!existsSync(file)) {
    throw new UsageError(
      `there is no file ${file}, and it is no URL such as wss://example.com/chat`,
    )
  }
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${systemMessage(error)}`)
  }
}

/** The JSON that a text is; `undefined` when it is none. */
function parsed(written: string): unknown {
  try {
    return JSON.parse(written.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}

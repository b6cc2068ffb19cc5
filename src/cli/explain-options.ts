import { existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { type Exchange, harExchanges, readTranscript } from '../inspect/index.ts'
import { systemMessage, UsageError } from './command.ts'
import { parseOptions } from './parse-options.ts'

export interface ExplainSettings {
  /** A file, or `-` for stdin. */
  readonly source: string
  readonly json: boolean
}

/**
 * Reads the command line of `tidewire explain`.
 * @throws {UsageError}
 */
export function readExplainSettings(args: readonly string[]): ExplainSettings {
  const { values, positionals } = parseOptions('explain', args, {
    json: { type: 'boolean', default: false },
  })
  const [source, ...more] = positionals
  if (source === undefined || more.length > 0) {
    const got = more.length > 0 ? `${positionals.length} arguments` : 'none'
    throw new UsageError(
      `explain takes one URL, file or - for stdin, got ${got}; see tidewire explain --help`,
    )
  }
  return { source, json: values.json }
}

/**
 * The handshakes in a file: a HAR, or text.
 * @param source A file, or `-` for stdin.
 * @throws {UsageError} when it cannot be read or has none.
 */
export async function readExchanges(source: string): Promise<Exchange[]> {
  const written = source === '-' ? await text(process.stdin) : readSource(source)
  const exchanges = harExchanges(parsed(written)) ?? readTranscript(written)
  if (exchanges.length > 0) return exchanges
  const name = source === '-' ? 'stdin' : source
  throw new UsageError(
    `${name} has no handshake: expected a request such as GET /chat HTTP/1.1 with its headers, its response, or a HAR`,
  )
}

function readSource(file: string): string {
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

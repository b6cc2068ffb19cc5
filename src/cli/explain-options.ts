import { existsSync } from 'node:fs'
import { CommandError, UsageError } from './command.ts'
import { milliseconds, parseOptions } from './parse-options.ts'
import { hasScheme, nameAndValue, readIssuer, withScheme } from './request-options.ts'
import type { WatchOptions } from './watch-handshake.ts'
import { readPlace, type WatchTarget } from './watch-target.ts'

export interface ExplainSettings {
  readonly source:
    | { readonly kind: 'url'; readonly target: WatchTarget; readonly options: WatchOptions }
    /** `-` for stdin. */
    | { readonly kind: 'file'; readonly name: string }
  readonly json: boolean
}

/**
 * Reads the command line of `tidewire explain`.
 * @throws {UsageError}
 */
export function readExplainSettings(args: readonly string[]): ExplainSettings {
  const { values, positionals } = parseOptions('explain', args, {
    subprotocol: { type: 'string', multiple: true, default: [] },
    header: { type: 'string', multiple: true, default: [] },
    origin: { type: 'string' },
    origins: { type: 'boolean', default: false },
    deflate: { type: 'boolean', default: false },
    idle: { type: 'string' },
    timeout: { type: 'string', default: '10' },
    ca: { type: 'string' },
    insecure: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const [source, ...more] = positionals
  if (source === undefined || more.length > 0) {
    const got = more.length > 0 ? `${positionals.length} arguments` : 'none'
    throw new UsageError(
      `explain takes one URL, file or - for stdin, got ${got}; see tidewire explain --help`,
    )
  }
  const { json, origins, idle } = values
  if (!isUrl(source)) return { source: { kind: 'file', name: source }, json }
  const { host, target, headers, ...place } = readPlace(withScheme(source))
  return {
    source: {
      kind: 'url',
      target: {
        ...place,
        request: {
          host,
          target,
          headers: [...headers, ...values.header.map(nameAndValue)],
          protocols: values.subprotocol,
          origin: values.origin,
          deflate: values.deflate,
        },
        ca: values.ca === undefined ? undefined : issuer(values.ca),
        insecure: values.insecure,
        timeout: milliseconds('--timeout', values.timeout),
      },
      options: { origins, idle: idle === undefined ? undefined : milliseconds('--idle', idle) },
    },
    json,
  }
}

/** A name without a scheme is a file if there is one; `localhost:8080/echo` is a URL otherwise. */
function isUrl(source: string): boolean {
  if (source === '-' || existsSync(source)) return false
  return hasScheme(source) || /^(\[[0-9a-f:.]+\]|[\w.-]+):\d+([/?].*)?$/i.test(source)
}

/** Exit code 1 says that the handshake is faulty, which a missing file does not make it. */
function issuer(file: string): Buffer {
  try {
    return readIssuer(file)
  } catch (error) {
    throw error instanceof CommandError ? new UsageError(error.message) : error
  }
}

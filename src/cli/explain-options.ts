import { existsSync } from 'node:fs'
import { CommandError, UsageError } from './command.ts'
import { requestFlags, tlsFlags } from './connection-options.ts'
import { defaulted, type Flags, on, value } from './flags.ts'
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
  readonly showSecrets: boolean
}

const ownFlags = {
  json: on('for programs: one object with each handshake, its findings and their codes'),
  'show-secrets': on('show what lets somebody in, which is taken out otherwise'),
} as const

const watchFlags = {
  origins: on('try other origins as well; where one is refused that is done anyway'),
  idle: value('<seconds>', 'be silent for so long, and see whether the connection outlives it'),
  timeout: defaulted('<seconds>', '10', 'how long each step may take'),
} as const

/** Options of `tidewire explain`. */
export const explainFlags: { readonly own: Flags; readonly connection: Flags } = {
  own: ownFlags,
  connection: { ...requestFlags, ...watchFlags, ...tlsFlags },
}

/**
 * Reads the command line of `tidewire explain`.
 * @throws {UsageError}
 */
export function readExplainSettings(args: readonly string[]): ExplainSettings {
  const { values, positionals } = parseOptions('explain', args, {
    ...ownFlags,
    ...requestFlags,
    ...watchFlags,
    ...tlsFlags,
  })
  const [source, ...more] = positionals
  if (source === undefined || more.length > 0) {
    const got = more.length > 0 ? `${positionals.length} arguments` : 'none'
    throw new UsageError(
      `explain takes one URL, file or - for stdin, got ${got}; see tidewire explain --help`,
    )
  }
  const { json, origins, idle, 'show-secrets': showSecrets } = values
  if (!isUrl(source)) return { source: { kind: 'file', name: source }, json, showSecrets }
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
    showSecrets,
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

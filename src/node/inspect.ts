import { OptionError } from '../errors/index.ts'
import { checkInteger } from '../core/index.ts'
import type { RecordingOptions } from '../inspect/index.ts'
import { checkOptionNames } from './connection-options.ts'
import type { Inspector } from './inspector/inspector.ts'
import { recordingOptionNames, recordScope } from './recorders.ts'
import type { Server } from './server.ts'
import type { Socket } from './socket.ts'

/** What an inspector keeps, and where its page is. */
export interface InspectOptions extends RecordingOptions {
  /** TCP port of the page, on loopback; 0, the default, picks a free one. */
  port?: number | undefined
  /** Whether it also runs where NODE_ENV is `production`. Default `false`. */
  production?: boolean | undefined
  /** Whether `serve` prints the URL of the page to stderr; `inspect` never does. Default `true`. */
  print?: boolean | undefined
}

/**
 * Inspects a server: records every connection that opens from now on, and serves a page on loopback that
 * shows them, at the `url` of what this returns, with a secret in it. It ends with the server, or when it is
 * closed.
 * @returns `undefined` where NODE_ENV is `production`, unless the option `production` is set.
 * @throws {OptionError} when an option is unknown or outside its range.
 * @throws {TidewireError} `ERR_LISTEN` when the port cannot be listened on.
 */
export async function inspect<Data>(
  server: Server<Data>,
  options: InspectOptions = {},
): Promise<Inspector | undefined> {
  const { port = 0, production = false, ...recorded } = checkInspectOptions(options)
  if (process.env['NODE_ENV'] === 'production' && !production) return undefined
  // Whoever does not inspect does not load any of it.
  const { Inspector } = await import('./inspector/inspector.ts')
  const { ServerSubject } = await import('./inspector/server-subject.ts')
  const subject = new ServerSubject(server)
  const { recording, stop } = recordScope(recorded, {
    counters: server.counters,
    opened: (id, owner) => subject.opened(id, owner as Socket),
  })
  try {
    const inspector = await Inspector.start(recording, subject, port, stop)
    server.companions.add(inspector)
    return inspector
  } catch (error) {
    stop()
    throw error
  }
}

/**
 * Refuses what could never work.
 * @throws {OptionError}
 */
export function checkInspectOptions(options: InspectOptions): InspectOptions {
  if (typeof options !== 'object' || options === null) {
    throw new OptionError('inspect', options, 'true, false or an object such as { port: 9230 }')
  }
  checkOptionNames(options, ['port', 'production', 'print', ...recordingOptionNames])
  const { port = 0, production = false, print = true } = options
  checkInteger('inspect.port', port, 0, 65_535)
  for (const [name, value] of Object.entries({ production, print })) {
    if (typeof value !== 'boolean') throw new OptionError(`inspect.${name}`, value, 'true or false')
  }
  return options
}

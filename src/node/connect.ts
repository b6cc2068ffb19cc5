import { formatExtensions } from '../core/index.ts'
import { ClientSocket } from './client-socket.ts'
import {
  checkFunctions,
  checkOptionNames,
  connectionOptionNames,
  type ConnectionOptions,
  pumpSettings,
} from './connection-options.ts'
import { dialOptionNames, type DialOptions } from './dial-options.ts'
import { dialRequest } from './dial-request.ts'
import { dial } from './dial.ts'
import { Pump } from './pump.ts'
import type { Agreed } from './socket.ts'
import { call, socketEvents, type SocketHandlers } from './socket-events.ts'

/** How to connect, and what to do about what comes. */
export interface ConnectOptions<Data = undefined>
  extends DialOptions, ConnectionOptions, SocketHandlers<ClientSocket<Data>> {
  /** Becomes `socket.data`. */
  data?: Data
  /** Gives up connecting, at any moment; once connected it means nothing any more. */
  signal?: AbortSignal | undefined
}

const handlerNames: readonly (keyof SocketHandlers<unknown>)[] = [
  'open',
  'message',
  'drain',
  'close',
  'error',
  'ping',
  'pong',
]
const optionNames = [
  ...dialOptionNames,
  ...connectionOptionNames,
  ...handlerNames,
  'data',
  'signal',
]

/**
 * Connects to a WebSocket server and resolves once the connection is open.
 *
 * With a `message` handler messages go there. Without one they wait for `for await (const message of
 * socket)`, the very first ones too, and the server is held back while they do.
 * @param url `ws:`, `wss:`, `http:`, `https:`, or `ws+unix:/path/to.sock:/resource`. A user name and
 * password in it become Authorization.
 * @throws {ConnectError} when there is no connection: its code, phase, status and cause say why.
 * @throws {OptionError} when an option is unknown or outside its range.
 * @throws the reason of `signal` when that is aborted, and whatever a jar for cookies throws.
 */
export async function connect<Data = undefined>(
  url: string | URL,
  options: ConnectOptions<Data> = {},
): Promise<ClientSocket<Data>> {
  checkOptionNames(options, optionNames)
  checkFunctions(options, handlerNames)
  const settings = pumpSettings('client', options, socketEvents(options))
  const request = dialRequest(url, options, settings.connection.limits, settings.deflate)
  const {
    socket: transport,
    url: opened,
    head,
    protocol,
    extensions,
    extension,
    rest,
  } = await dial(request, options.signal)
  const pump = new Pump(transport, settings)
  const agreed: Agreed = { version: 13, protocol, extensions: formatExtensions(extensions) }
  const socket = new ClientSocket(pump, options.data as Data, agreed, opened.safeHref, head.fields)
  pump.open(socket, extension)
  call(options, 'open', socket)
  pump.start(rest)
  return socket
}

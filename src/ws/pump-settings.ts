import { constants } from 'node:buffer'
import type { Conduct, ConnectionSettings, Limits, Ports } from '../core/index.ts'
import {
  Counters,
  deadlinesFor,
  ports,
  type PumpEvents,
  type PumpSettings,
  slab,
} from '../node/transport.ts'
import { connectionDefaults } from './constants.ts'
import type { WebSocket } from './websocket.ts'

/** What a connection is told by the options of a client or a server. */
export interface TransportOptions {
  closeTimeout?: number | undefined
  generateMask?: ((mask: Buffer) => void) | undefined
  maxFragments?: number | undefined
  maxPayload?: number | undefined
  skipUTF8Validation?: boolean | undefined
}

/** For all clients and servers of ws's kind in the process. */
const counters = new Counters()

const conduct: Conduct = {
  text: 'bytes',
  marksFragments: true,
  answersPings: false,
  echoesReason: true,
  explainsFailure: false,
  endsAtOnce: true,
  pausesWhileClosing: true,
}
const unchecked: Conduct = { ...conduct, text: 'unchecked' }

/** ws looks after none of these; what it does limit is set from the options. */
const limitless: Limits = {
  message: constants.MAX_LENGTH,
  fragments: Infinity,
  buffered: Infinity,
  head: Infinity,
  headFields: Infinity,
  target: Infinity,
  handshakeTimeout: Infinity,
  frameTimeout: Infinity,
  outputTimeout: Infinity,
  closeTimeout: connectionDefaults.closeTimeout,
}

/** Those of a server are made once. */
const made = new WeakMap<object, PumpSettings<WebSocket>>()

/** What the connections with these options share. */
export function settingsFor(
  options: TransportOptions,
  isServer: boolean,
  events: PumpEvents<WebSocket>,
): PumpSettings<WebSocket> {
  const before = made.get(options)
  if (before) return before
  const connection = connectionSettings(options, isServer)
  const settings: PumpSettings<WebSocket> = {
    connection,
    events,
    counters,
    deadlines: deadlinesFor(connection.limits),
    slowConsumer: 'close',
    unlimited: true,
    deflate: undefined,
  }
  made.set(options, settings)
  return settings
}

export function connectionSettings(
  options: TransportOptions,
  isServer: boolean,
): ConnectionSettings {
  return {
    role: isServer ? 'server' : 'client',
    limits: limitsOf(options),
    heartbeat: undefined,
    ports: portsOf(options),
    slab,
    conduct: options.skipUTF8Validation ? unchecked : conduct,
  }
}

function limitsOf({
  maxPayload = 0,
  maxFragments = 0,
  closeTimeout: wait,
}: TransportOptions): Limits {
  return {
    ...limitless,
    ...(maxPayload > 0 && { message: maxPayload }),
    ...(maxFragments > 0 && { fragments: maxFragments }),
    ...(wait !== undefined && { closeTimeout: wait }),
  }
}

function portsOf({ generateMask }: TransportOptions): Ports {
  if (!generateMask) return ports
  return {
    ...ports,
    random: (length) => {
      const mask = Buffer.alloc(length)
      generateMask(mask)
      return mask
    },
  }
}

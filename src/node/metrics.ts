import type { Direction } from './channels.ts'
import type { Counters } from './counters.ts'

type Attributes = Readonly<Record<string, string>>

/** One of the metrics: what it is called by OpenTelemetry's rules, and its values by their attributes. */
export interface Instrument {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly unit: string
  readonly description: string
  values(metrics: Metrics): readonly (readonly [Attributes, number])[]
}

/** What a server has counted since it began, as of now. */
export class Metrics {
  readonly connections: { readonly active: number; readonly opened: number }
  readonly messages: { readonly received: number; readonly sent: number; readonly dropped: number }
  /** Over the wire, without the opening handshake. */
  readonly bytes: { readonly received: number; readonly sent: number }
  /** Connections that are over, by close code. */
  readonly closes: Readonly<Record<number, number>>
  /** Requests that were refused: by error code, or `response` for those of your `upgrade`. */
  readonly refusals: Readonly<Record<string, number>>
  /** What was refused, closed, delayed or dropped by a limit, by error code. */
  readonly limits: Readonly<Record<string, number>>

  /** @internal */
  constructor(counters: Counters, active: number) {
    const { opened, messagesReceived, messagesSent, messagesDropped } = counters
    this.connections = { active, opened }
    this.messages = { received: messagesReceived, sent: messagesSent, dropped: messagesDropped }
    this.bytes = { received: counters.bytesReceived, sent: counters.bytesSent }
    this.closes = Object.fromEntries(counters.closes)
    this.refusals = Object.fromEntries(counters.refusals)
    this.limits = Object.fromEntries(counters.limits)
  }

  /** All of it in the text format of Prometheus, for a response of type `text/plain; version=0.0.4`. */
  prometheus(): string {
    return instruments.map((instrument) => this.#lines(instrument)).join('')
  }

  #lines(instrument: Instrument): string {
    const { kind, description } = instrument
    const name = prometheusName(instrument)
    const values = instrument.values(this).map(([attributes, value]) => {
      const labels = Object.entries(attributes).map(([key, text]) => `${plain(key)}="${text}"`)
      return `${name}${labels.length > 0 ? `{${labels.join(',')}}` : ''} ${value}\n`
    })
    return `# HELP ${name} ${description}\n# TYPE ${name} ${kind}\n${values.join('')}`
  }
}

/** The metrics by name. */
export const instruments: readonly Instrument[] = [
  {
    name: 'websocket.server.active_connections',
    kind: 'gauge',
    unit: '{connection}',
    description: 'Connections that are open, or in their closing handshake.',
    values: ({ connections }) => [[{}, connections.active]],
  },
  {
    name: 'websocket.server.connections',
    kind: 'counter',
    unit: '{connection}',
    description: 'Connections that have been opened.',
    values: ({ connections }) => [[{}, connections.opened]],
  },
  {
    name: 'websocket.server.messages',
    kind: 'counter',
    unit: '{message}',
    description: 'Messages that came or were sent.',
    values: ({ messages }) => bothWays(messages),
  },
  {
    name: 'websocket.server.io',
    kind: 'counter',
    unit: 'By',
    description: 'Bytes over the wire.',
    values: ({ bytes }) => bothWays(bytes),
  },
  {
    name: 'websocket.server.dropped_messages',
    kind: 'counter',
    unit: '{message}',
    description: 'Messages that were thrown away for a slow receiver, or by a rate.',
    values: ({ messages }) => [[{}, messages.dropped]],
  },
  {
    name: 'websocket.server.closes',
    kind: 'counter',
    unit: '{connection}',
    description: 'Connections that are over, by close code.',
    values: ({ closes }) => by('websocket.close.code', closes),
  },
  {
    name: 'websocket.server.refusals',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests that were refused, by error code.',
    values: ({ refusals }) => by('error.type', refusals),
  },
  {
    name: 'websocket.server.limits',
    kind: 'counter',
    unit: '{event}',
    description: 'What a limit refused, closed, delayed or dropped, by error code.',
    values: ({ limits }) => by('error.type', limits),
  },
]

function bothWays({
  received,
  sent,
}: {
  readonly received: number
  readonly sent: number
}): [Attributes, number][] {
  const way = (direction: Direction): Attributes => ({ 'network.io.direction': direction })
  return [
    [way('receive'), received],
    [way('transmit'), sent],
  ]
}

function by(name: string, counts: Readonly<Record<string, number>>): [Attributes, number][] {
  return Object.entries(counts).map(([key, count]) => [{ [name]: key }, count])
}

/** As OpenTelemetry's exporters write names for Prometheus: the unit and `_total` at the end. */
function prometheusName({ name, kind, unit }: Instrument): string {
  return plain(name) + (unit === 'By' ? '_bytes' : '') + (kind === 'counter' ? '_total' : '')
}

function plain(name: string): string {
  return name.replaceAll('.', '_')
}

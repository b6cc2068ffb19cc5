import { computed, type ReadonlySignal, signal, type Signal } from '@preact/signals'
import type { LogEntry } from '../pure/log-entry.ts'
import { type Connection, createConnection } from './connection.ts'
import { createHandshake, type Handshake } from './handshake.ts'
import { createMessageLog, type MessageLog } from './message-log.ts'
import { createRoundTrips, type RoundTrips } from './round-trips.ts'

export type PaneTab = 'message' | 'handshake'
export type View = 'connect' | 'messages' | 'inspect'

/** One connection with everything that the page knows about it. The inspector will hold many. */
export interface Session {
  readonly connection: Connection
  readonly log: MessageLog
  readonly roundTrips: RoundTrips
  readonly handshake: ReadonlySignal<Handshake>
  readonly selected: Signal<LogEntry | undefined>
  readonly paneTab: Signal<PaneTab>
  /** The topic in the form, which a connection or a publish will use. */
  readonly topic: Signal<string>
  readonly mode: Signal<'topic' | 'echo'>
  readonly isOpen: ReadonlySignal<boolean>
  /** What a narrow screen shows; a wide one shows all. */
  readonly view: Signal<View>
  /** Empties the log; a message that was looked at goes with it. */
  readonly clear: () => void
}

export function createSession(): Session {
  const log = createMessageLog()
  const connection = createConnection(log)
  const selected = signal<LogEntry>()
  return {
    connection,
    log,
    roundTrips: createRoundTrips(connection),
    handshake: createHandshake(connection),
    selected,
    paneTab: signal<PaneTab>('handshake'),
    topic: signal('lobby'),
    mode: signal<'topic' | 'echo'>('topic'),
    isOpen: computed(() => connection.state.value === 'OPEN'),
    view: signal<View>('connect'),
    clear() {
      selected.value = undefined
      log.clear()
    },
  }
}

import type {
  ConnectionRecord,
  FeedConnection,
  FeedConnections,
  Recording,
} from '../../inspect/index.ts'
import type { Subject } from './subject.ts'

/** Of so many rounds one looks at what has changed in connections that were open before. */
const changesEvery = 5

/** What a page does not know yet about connections. */
export class ConnectionNews {
  readonly #recording: Recording
  readonly #subject: Subject
  /** What was last told of each, by id, in short. */
  readonly #told = new Map<number, string>()
  #round = 0

  constructor(recording: Recording, subject: Subject) {
    this.#recording = recording
    this.#subject = subject
  }

  /** What has changed since the last time; `undefined` for nothing. */
  take(): FeedConnections | undefined {
    const all = this.#recording.connections
    const looks = this.#round++ % changesEvery === 0
    const news: FeedConnection[] = []
    for (const one of all) {
      const told = this.#told.get(one.id)
      if (told !== undefined && !looks && !(one.closed && told !== 'closed')) continue
      const connection = this.#now(one)
      const now = inShort(connection)
      if (now === told) continue
      this.#told.set(one.id, now)
      news.push(connection)
    }
    const forgotten = this.#told.size > all.length ? this.#forget(all) : []
    if (news.length === 0 && forgotten.length === 0) return undefined
    return { type: 'connections', connections: news, forgotten }
  }

  #now(connection: ConnectionRecord): FeedConnection {
    const { id, closed, flow } = connection
    const bufferedAmount = closed ? 0 : this.#subject.bufferedAmount(id)
    const faults = closed ? [] : this.#subject.faults(id)
    return { ...connection, flow: { ...flow, bufferedAmount }, faults }
  }

  #forget(kept: readonly ConnectionRecord[]): number[] {
    const ids = new Set(kept.map(({ id }) => id))
    const forgotten = [...this.#told.keys()].filter((id) => !ids.has(id))
    for (const id of forgotten) this.#told.delete(id)
    return forgotten
  }
}

/** Differs where something that changes has changed. */
function inShort({ received, transmitted, rtt, flow, faults, ...one }: FeedConnection): string {
  if (one.closed) return 'closed'
  const { bufferedAmount, full, paused } = flow
  const counts = `${received.wireBytes} ${transmitted.wireBytes} ${rtt ?? ''}`
  return `${counts} ${bufferedAmount} ${full} ${paused} ${JSON.stringify(faults)}`
}

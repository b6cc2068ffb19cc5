import type { Statement } from './account.ts'
import type { Plan } from './plan.ts'

/** What happened in a soak, added up. */
export class Totals {
  connections = 0
  /** Those that never became a connection. */
  strays = 0
  /** Messages that arrived and were right, at either end. */
  messages = 0
  ofTopics = 0
  /** Of payload that arrived. */
  bytes = 0
  pings = 0
  pongs = 0
  readonly endings: Record<string, number> = {}
  readonly peers: Record<string, number> = {}
  readonly endpoints: Record<string, number> = {}

  add({ ending, peer, endpoint }: Plan, client: Statement, server: Statement): void {
    this.connections++
    this.messages += client.received + server.received
    this.ofTopics += client.ofTopics
    this.bytes += client.bytes + server.bytes
    this.pings += client.pings + server.pings
    this.pongs += client.pongs + server.pongs
    count(this.endings, ending)
    count(this.peers, peer)
    count(this.endpoints, endpoint)
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

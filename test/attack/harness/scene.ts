import {
  type FieldChanges,
  opened,
  type RawClient,
  rawClient,
  type Scope,
} from '../../node/raw-client.ts'
import { forgetPeak, memory } from './process-figures.ts'
import type { ServerProcess, State } from './server-process.ts'

/** What an attack has to work with: a server, and raw connections to it. */
export class Scene implements Scope {
  readonly server: ServerProcess
  #leavings: (() => unknown)[] = []
  #codesBefore: State['codes'] = {}
  #heldBefore: number | undefined
  #memoryBefore = 0
  #memoryPeak = 0

  constructor(server: ServerProcess) {
    this.server = server
  }

  after: Scope['after'] = (leaving) => void this.#leavings.push(leaving as () => unknown)

  /** A TCP connection. */
  connect(): RawClient {
    return rawClient(this, this.server)
  }

  /** An open WebSocket. */
  async open(path = '/', fields?: FieldChanges): Promise<RawClient> {
    if (path === '/') return opened(this, this.server, fields)
    const client = this.connect()
    await client.upgrade(fields, `GET ${path} HTTP/1.1`)
    return client
  }

  openMany(count: number, path?: string, fields?: FieldChanges): Promise<RawClient[]> {
    return Promise.all(Array.from({ length: count }, () => this.open(path, fields)))
  }

  /** What happens to the server is counted from here on. */
  async watch(): Promise<void> {
    const { pid } = this.server
    const state = await this.server.collected()
    this.#codesBefore = state?.codes ?? {}
    this.#heldBefore = state?.held
    this.#memoryBefore = memory(pid).now
    forgetPeak(pid)
    // Against the loss of the peak with a server that dies.
    const sampling = setInterval(() => this.memoryGrowth(), 20)
    this.after(() => clearInterval(sampling))
  }

  /** Bytes by which the memory of the server has grown, at most. */
  memoryGrowth(): number {
    const { pid, alive } = this.server
    if (alive) this.#memoryPeak = Math.max(this.#memoryPeak, memory(pid).peak)
    return Math.max(0, this.#memoryPeak - this.#memoryBefore)
  }

  /** Bytes that the server has come to hold, without what is garbage. */
  async held(): Promise<number | undefined> {
    const held = (await this.server.collected())?.held
    return held === undefined ? undefined : held - this.#heldBefore!
  }

  /** Connections that were closed, by what the program was told: `1006 x 2, 1008 x 1`. */
  async closeCodes(): Promise<string> {
    const { codes = {} } = (await this.server.state()) ?? {}
    const news = Object.entries(codes).map(
      ([code, count]) => [code, count - (this.#codesBefore[code] ?? 0)] as const,
    )
    return news.flatMap(([code, count]) => (count === 0 ? [] : `${code} x ${count}`)).join(', ')
  }

  /** Until nobody but the bystander is connected, or for `patience` ms. @returns How many are. */
  async alone(patience = 5000): Promise<number> {
    const left = await this.server.settled(({ sockets }) => sockets <= 1, patience)
    return Math.max(0, (left?.sockets ?? 0) - 1)
  }

  /** Ends every connection that was opened. */
  leave(): void {
    for (const leaving of this.#leavings.splice(0)) leaving()
  }
}

import type { Statement } from './account.ts'
import type { Endpoint } from './plan.ts'

/** Where the endpoints of the server listen. */
export type Ports = Readonly<Record<Endpoint, number>>

/** What a process holds. */
export interface Figures {
  readonly heap: number
  readonly rss: number
  /** `undefined` where there is no /proc. */
  readonly files: number | undefined
  /** What keeps the event loop alive, by name: sockets, servers, timers. */
  readonly resources: Readonly<Record<string, number>>
  /** Connections that are still open, or whose program still runs. */
  readonly open: number
}

/** What the main process asks of the others. */
export type Order =
  | { readonly order: 'run'; readonly ports: Ports }
  | { readonly order: 'rest' }
  | { readonly order: 'stop' }

/** What they tell it. */
export type Told =
  | { readonly told: 'listening'; readonly ports: Ports }
  | { readonly told: 'statement'; readonly statement: Statement }
  /** All connections are over. */
  | { readonly told: 'resting'; readonly figures: Figures; readonly strays: number }
  /** Something that belongs to no connection went wrong. */
  | { readonly told: 'fault'; readonly fault: string }

export function tell(told: Told): void {
  process.send!(told)
}

/** Calls `act` for each order; without the main process there is nothing more to do. */
export function onOrder(act: (order: Order) => void): void {
  process.on('message', act)
  process.on('disconnect', () => process.exit())
  process.on('uncaughtException', (error) => tell({ told: 'fault', fault: String(error.stack) }))
}

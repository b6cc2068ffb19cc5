/**
 * The life of a connection in one table.
 *
 * `closing` is after our close frame and before the peer's; `ending` is when neither side has anything
 * more to say and only the end of the transport is awaited (RFC 6455 §7.1.1).
 */
export type ConnectionState = 'connecting' | 'open' | 'closing' | 'ending' | 'closed'

/** What moves a connection from one state to the next. */
export type Transition =
  /** The opening handshake is done (RFC 6455 §4). */
  | 'open'
  /** We sent a close frame (§7.1.2). */
  | 'sendClose'
  /** The peer's close frame came, and ours has been sent by then (§5.5.1). */
  | 'receiveClose'
  /** We fail the connection (§7.1.7). */
  | 'fail'
  /** The peer ended its side of the transport. */
  | 'end'
  /** The transport is gone. */
  | 'lose'

const table: Readonly<
  Record<ConnectionState, Readonly<Partial<Record<Transition, ConnectionState>>>>
> = {
  connecting: { open: 'open', fail: 'ending', lose: 'closed' },
  open: {
    sendClose: 'closing',
    receiveClose: 'ending',
    fail: 'ending',
    end: 'ending',
    lose: 'closed',
  },
  closing: { receiveClose: 'ending', fail: 'ending', end: 'ending', lose: 'closed' },
  ending: { lose: 'closed' },
  closed: {},
}

/** The state after `transition`, or `undefined` where it is not legal. */
export function nextState(
  state: ConnectionState,
  transition: Transition,
): ConnectionState | undefined {
  return table[state][transition]
}

/** The four values of `readyState` in the WebSocket standard. */
export const ReadyState = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const
export type ReadyState = (typeof ReadyState)[keyof typeof ReadyState]

const readyStates: Readonly<Record<ConnectionState, ReadyState>> = {
  connecting: ReadyState.CONNECTING,
  open: ReadyState.OPEN,
  closing: ReadyState.CLOSING,
  ending: ReadyState.CLOSING,
  closed: ReadyState.CLOSED,
}

export function readyStateOf(state: ConnectionState): ReadyState {
  return readyStates[state]
}

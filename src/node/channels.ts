import { type Channel, channel } from 'node:diagnostics_channel'

// What happens to connections, for whoever subscribes with `node:diagnostics_channel`. Without a subscriber
// an event costs the look whether there is one (under 2 ns), and nothing is made for it.

export const channels: Readonly<
  Record<'connection' | 'message' | 'frame' | 'close' | 'limit' | 'error', Channel>
> = {
  /** `{ socket, request }`: the handshake of a server's connection is done; a client's has no request. */
  connection: channel('tidewire:connection'),
  /** `{ socket, direction, message }`: a message came, or is sent; not one that is sent in fragments. */
  message: channel('tidewire:message'),
  /** `{ socket, direction, frame }`, of connections that opened after someone subscribed. */
  frame: channel('tidewire:frame'),
  /** `{ socket, outcome }`: a connection is over. */
  close: channel('tidewire:close'),
  /** `{ code, socket, request }`: a limit refused, closed, delayed or dropped something. */
  limit: channel('tidewire:limit'),
  /** `{ socket, error }`: a handler of the program failed. */
  error: channel('tidewire:error'),
}

/** Which way something went, in the words of OpenTelemetry. */
export type Direction = 'receive' | 'transmit'

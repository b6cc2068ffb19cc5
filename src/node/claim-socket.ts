import type { Duplex } from 'node:stream'

const isClaimed: unique symbol = Symbol('tidewire.isClaimed')

/**
 * Takes a socket for a WebSocket, once and for all: two protocols on one socket would tear each other's frames.
 * @returns Whether it was free.
 */
export function claimSocket(socket: Duplex & { [isClaimed]?: true }): boolean {
  // A mark takes room that a socket has to spare; a place in a WeakSet takes 40 bytes.
  if (socket[isClaimed]) return false
  socket[isClaimed] = true
  return true
}

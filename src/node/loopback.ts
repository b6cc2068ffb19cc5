import type { Server as NetServer } from 'node:net'

/** 127.0.0.0/8 and ::1, also as an IPv4 address in IPv6. */
const loopback = /^(::1|(::ffff:)?127\.[\d.]+)$/

/** Whether an address, or a name that always has such an address (RFC 6761 §6.3), is that of this machine. */
export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname) || /^(.*\.)?localhost\.?$/i.test(hostname)
}

/** What is known of servers that listen. Asking the kernel takes as long as a tenth of our handshake. */
const known = new WeakMap<NetServer, boolean>()

/** Whether a server listens on an address that only this machine can connect to. */
export function listensOnLoopback(server: NetServer): boolean {
  const before = known.get(server)
  if (before !== undefined) return before
  const bound = server.address()
  if (bound === null) return false
  // Browsers, which this is about, do not connect to Unix sockets.
  const local = typeof bound === 'object' && loopback.test(bound.address)
  known.set(server, local)
  // It may listen somewhere else afterwards.
  server.once('listening', () => known.delete(server))
  return local
}

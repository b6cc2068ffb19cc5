import type { Server as NetServer } from 'node:net'

/** 127.0.0.0/8 and ::1, also as an IPv4 address in IPv6. */
const loopback = /^(::1|(::ffff:)?127\.[\d.]+)$/

/** Whether a server listens on an address that only this machine can connect to. */
export function listensOnLoopback(server: NetServer): boolean {
  const bound = server.address()
  // Browsers, which this is about, do not connect to Unix sockets.
  return typeof bound === 'object' && bound !== null && loopback.test(bound.address)
}

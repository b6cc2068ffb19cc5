import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import {
  type ProxyOptions,
  type RunningProxy,
  startProxy,
} from '../../../../dist/node/inspector/index.js'
import { serve, type ServeOptions } from '../../../../dist/node/index.js'
import { RawClient, upgradeHead } from '../../raw-client.ts'

/** A server that says what a test wants it to say, byte by byte. */
export interface RawTarget {
  readonly url: string
  /** The next connection. */
  accepted(): Promise<RawClient>
}

export async function rawTarget(t: TestContext): Promise<RawTarget> {
  const sockets: RawClient[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) =>
    sockets.push(new RawClient(t, socket)),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async accepted() {
      while (sockets.length === 0) await once(server, 'connection')
      return sockets.shift()!
    },
  }
}

export async function proxyTo(
  t: TestContext,
  target: string,
  options?: ProxyOptions,
): Promise<RunningProxy> {
  const proxy = await startProxy(target, options)
  t.after(() => proxy.close())
  return proxy
}

/** A proxy before an echo of Tidewire. */
export async function proxyToEcho(
  t: TestContext,
  options: ServeOptions = {},
  proxyOptions: ProxyOptions = {},
): Promise<RunningProxy> {
  const server = await serve({
    message: (socket, message) => socket.send(message),
    origins: '*',
    ...options,
  })
  t.after(() => server.close({ timeout: 0 }))
  return proxyTo(t, server.url.replace('http', 'ws'), proxyOptions)
}

export async function rawClient(t: TestContext, url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  await once(socket, 'connect')
  return new RawClient(t, socket)
}

export const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n' +
  'CONNECTION:Upgrade\r\nX-Odd:   spaces \r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'

/** Both sides of a WebSocket through a proxy, by hand. */
export async function upgraded(
  t: TestContext,
  options?: ProxyOptions,
): Promise<{ proxy: RunningProxy; client: RawClient; server: RawClient }> {
  const { target, proxy, client } = await begun(t, options)
  client.write(upgradeHead())
  const server = await target.accepted()
  await server.head()
  server.write(accepted)
  await client.head()
  return { proxy, client, server }
}

/** A client that has asked nothing yet, its proxy, and the target. */
export async function begun(
  t: TestContext,
  options?: ProxyOptions,
): Promise<{ target: RawTarget; proxy: RunningProxy; client: RawClient }> {
  const target = await rawTarget(t)
  const proxy = await proxyTo(t, target.url, options)
  return { target, proxy, client: await rawClient(t, proxy.url) }
}

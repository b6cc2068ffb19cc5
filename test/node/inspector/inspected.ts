import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import {
  type ClientSocket,
  connect,
  type ConnectOptions,
  type InspectOptions,
  type Inspector,
  inspect,
  type ListeningServer,
  serve,
  type ServeOptions,
} from '../../../dist/node/index.js'

/** A server with an inspector, which says nothing by itself. */
export async function inspected(
  t: TestContext,
  options: ServeOptions = {},
  inspectOptions: InspectOptions = {},
): Promise<{ server: ListeningServer; inspector: Inspector; url: string }> {
  const server = await serve({ message: (socket, message) => socket.send(message), ...options })
  t.after(() => server.close({ timeout: 0 }))
  const inspector = await inspect(server, inspectOptions)
  assert.ok(inspector)
  return { server, inspector, url: server.url.replace('http', 'ws') }
}

/** A client that is there until the test is over. */
export async function client(
  t: TestContext,
  url: string,
  options?: ConnectOptions,
): Promise<ClientSocket> {
  const socket = await connect(url, options)
  t.after(() => socket.terminate())
  return socket
}

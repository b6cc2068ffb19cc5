import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test } from 'node:test'
import * as tidewire from 'tidewire/ws'
import * as original from 'ws'

/** ws, or what stands in for it. */
export type Api = typeof original

const replacement = tidewire as unknown as Api

/** What happened, in order. */
export type Log = (...entry: unknown[]) => void

/**
 * Plays a scenario with ws and with Tidewire in its place: what they log must be the same.
 * @param scenario Ends when all has been logged.
 */
export function same(name: string, scenario: (api: Api, log: Log) => Promise<void>): void {
  void test(name, async () => {
    const [expected, actual] = [await logOf(scenario, original), await logOf(scenario, replacement)]
    assert.ok(expected.length > 0, 'nothing was logged')
    assert.deepEqual(actual, expected)
  })
}

async function logOf(
  scenario: (api: Api, log: Log) => Promise<void>,
  api: Api,
): Promise<unknown[]> {
  const entries: unknown[] = []
  await scenario(api, (...entry) => entries.push(entry.map(plain)))
  return entries
}

/** A value without what is not the same in two runs. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `Buffer ${value.toString('latin1')}`
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${Buffer.from(value).toString('latin1')}`
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Error) {
    const { code, message } = value as NodeJS.ErrnoException
    return `${value.constructor.name} ${code} ${message}`
  }
  return value
}

/** A listening server, and a client of it as it opens. */
export async function pair(
  api: Api,
  options: {
    server?: original.default.ServerOptions
    client?: original.default.ClientOptions
    protocols?: string[]
  } = {},
): Promise<{
  server: original.WebSocketServer
  client: original.WebSocket
  peer: original.WebSocket
}> {
  const server = await listening(api, options.server)
  const client = new api.WebSocket(urlOf(server), options.protocols ?? [], options.client)
  const opened = once(client, 'open')
  const [peer] = (await once(server, 'connection')) as [original.WebSocket]
  await opened
  return { server, client, peer }
}

export async function listening(
  api: Api,
  options?: original.default.ServerOptions,
): Promise<original.WebSocketServer> {
  const server = new api.WebSocketServer({ port: 0, host: '127.0.0.1', ...options })
  await once(server, 'listening')
  return server
}

function portOf(server: original.WebSocketServer): number {
  return (server.address() as AddressInfo).port
}

export function urlOf(server: original.WebSocketServer, path = '/'): string {
  return `ws://127.0.0.1:${portOf(server)}${path}`
}

/** Resolves when it has closed, with an error or without. */
export function gone(websocket: original.WebSocket): Promise<void> {
  return new Promise((resolve) => websocket.once('close', () => resolve()))
}

/** Closes a server whose clients have gone, or go. */
export async function closed(server: original.WebSocketServer): Promise<void> {
  const done = once(server, 'close')
  server.close()
  for (const client of server.clients ?? []) client.terminate()
  await done
}

export const handshake: string = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
].join('\r\n')

/** A client that sends what it likes. */
export async function rawClient(
  server: original.WebSocketServer,
  request: string = `${handshake}\r\n\r\n`,
): Promise<Socket> {
  const socket = connect(portOf(server), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(request)
  return socket
}

/** All that comes until the end. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks)
}

/** The implementations that the suite is run against: a server that echoes and a client each. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import FayeWebSocket from 'faye-websocket'
import websocket, { type Connection } from 'websocket'
import { WebSocket as WsWebSocket, WebSocketServer } from 'ws'
import { echoing, startEcho } from './tidewire.ts'

export interface PeerServer {
  readonly url: URL
  close(): void | Promise<void>
}

export interface Peer {
  readonly name: string
  serve(): Promise<PeerServer>
  readonly connect?: Echo
  /** Runs all the cases in a process of its own. */
  readonly drive?: (base: string) => Promise<void>
}

const require = createRequire(import.meta.url)
const versionOf = (name: string): string =>
  (require(`${name}/package.json`) as { version: string }).version
const most = 1 << 25

/** Connects to a path, echoes what comes, and resolves with the text of it when it has closed. */
type Echo = (url: string) => Promise<string[]>

/** Runs all the cases of `tidewire check --listen`. */
export async function drive(peer: Peer, base: string): Promise<void> {
  await peer.drive?.(base)
  if (peer.connect) await driveWith(peer.connect, base)
}

/** As drivers for the Autobahn testsuite do. */
export async function driveWith(connect: Echo, base: string): Promise<void> {
  const [count] = await connect(`${base}/getCaseCount`)
  for (let number = 1; number <= Number(count); number++) {
    await connect(`${base}/runCase?case=${number}&agent=peer`)
  }
  await connect(`${base}/updateReports?agent=peer`)
}

async function overHttp(
  attach: (server: ReturnType<typeof createServer>) => void,
): Promise<PeerServer> {
  const server = createServer((_, response) => response.writeHead(426).end())
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`ws://127.0.0.1:${port}/`),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const tidewire: Peer = {
  name: 'Tidewire',
  async serve() {
    const server = await startEcho()
    const close = (): Promise<void> => server[Symbol.asyncDispose]()
    return { url: new URL(server.url.replace('http', 'ws')), close }
  },
  connect: (url) => echoing(url),
}

const ws: Peer = {
  name: `ws ${versionOf('ws')}`,
  serve: () =>
    overHttp((server) => {
      const host = new WebSocketServer({ server, perMessageDeflate: true })
      host.on('connection', (socket) => {
        socket.on('error', () => {})
        socket.on('message', (data, binary) => socket.send(data as Buffer, { binary }))
      })
    }),
  connect: (url) =>
    new Promise((resolve) => {
      const messages: string[] = []
      const socket = new WsWebSocket(url)
      socket.on('error', () => {})
      socket.on('message', (data, binary) => {
        if (!binary) messages.push((data as Buffer).toString())
        socket.send(data as Buffer, { binary }, () => {})
      })
      socket.on('close', () => resolve(messages))
    }),
}

function fayeEcho(socket: FayeWebSocket): Promise<string[]> {
  const messages: string[] = []
  socket.on('error', () => {})
  socket.on('message', ({ data }) => {
    if (typeof data === 'string') messages.push(data)
    socket.send(data)
  })
  return new Promise((resolve) => void socket.on('close', () => resolve(messages)))
}

const faye: Peer = {
  name: `faye-websocket ${versionOf('faye-websocket')}`,
  serve: () =>
    overHttp((server) =>
      server.on('upgrade', (request, socket, head) => {
        if (FayeWebSocket.isWebSocket(request))
          void fayeEcho(new FayeWebSocket(request, socket, head))
        else socket.end('HTTP/1.1 400 No\r\n\r\n')
      }),
    ),
  connect: (url) => fayeEcho(new FayeWebSocket.Client(url, [])),
}

function nodeEcho(connection: Connection): Promise<string[]> {
  const messages: string[] = []
  connection.on('error', () => {})
  connection.on('message', (message: { utf8Data?: string; binaryData: Buffer }) => {
    if (message.utf8Data === undefined) return connection.sendBytes(message.binaryData)
    messages.push(message.utf8Data)
    connection.sendUTF(message.utf8Data)
  })
  return new Promise((resolve) => void connection.on('close', () => resolve(messages)))
}

const config = { maxReceivedFrameSize: most, maxReceivedMessageSize: most }
const webSocketNode: Peer = {
  name: `websocket ${versionOf('websocket')}`,
  serve: () =>
    overHttp((httpServer) =>
      new websocket.server({ httpServer, ...config }).on(
        'request',
        (request) => void nodeEcho(request.accept(undefined)),
      ),
    ),
  connect: (url) =>
    new Promise((resolve) => {
      const client = new websocket.client(config)
      client.on('connectFailed', () => resolve([]))
      client.on('connect', (connection) => void nodeEcho(connection).then(resolve))
      client.connect(url)
    }),
}

/** A peer that is a program of its own: `serve` prints its port, `connect` runs all the cases. */
function program(name: string, command: string, args: readonly string[], script: URL): Peer {
  const all = [...args, fileURLToPath(script)]
  return {
    name,
    async serve() {
      const child = spawn(command, [...all, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [port] = (await once(child.stdout, 'data')) as [Buffer]
      return {
        url: new URL(`ws://127.0.0.1:${port.toString().trim()}/`),
        close: () => void child.kill(),
      }
    },
    async drive(base) {
      const child = spawn(command, [...all, 'connect', base], { stdio: 'inherit' })
      await once(child, 'close')
    },
  }
}

/** A runtime from npm, with what it has built in. */
function runtime(name: string, file: string, ...args: readonly string[]): Peer {
  const { version } = require(`${name.toLowerCase()}/package.json`) as { version: string }
  // Not by .bin, where Deno may have a program that starts it and does not pass on signals.
  const command = new URL(`../../node_modules/${file}`, import.meta.url)
  const script = new URL('../../test/conformance/runtime-echo.mjs', import.meta.url)
  return program(`${name} ${version}`, fileURLToPath(command), args, script)
}

const denoArgs = ['run', '--allow-net', '--no-config', '--no-lock']
const bun = runtime('Bun', 'bun/bin/bun.exe')
const deno = runtime('Deno', 'deno/deno', ...denoArgs)

const debian = '/usr/bin/python3'
const print = ['-I', '-c', 'import websockets.version as v; print(v.version, end="")']
const python = program(
  `Python websockets ${execFileSync(debian, print, { encoding: 'utf8' })}`,
  debian,
  ['-I'],
  new URL('../../test/conformance/python-echo.py', import.meta.url),
)

export const peers: readonly Peer[] = [tidewire, ws, faye, webSocketNode, bun, deno, python]

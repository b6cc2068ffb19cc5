import type { Server as HttpServer } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { HeadParser, isUpgradeRequest, type Limits, type RequestHead } from '../core/index.ts'
import { readPlainly } from './shared-read.ts'
import { listen, listenForBytes, type TransportListener, unlisten } from './transport-listeners.ts'

// Much of what connecting costs is what Node's HTTP server makes for each connection and each request. A
// WebSocket is nearly always the first request of its connection, and whole in the first bytes: that one is
// read here, and HTTP never sees it. All else, a head in pieces or malformed for one, is Node's, unread.

/** Whether HTTP servers read from sockets of `net`, as Node's do. Bun's only look like it. */
export const readsSockets: boolean = process.versions['bun'] === undefined

/** Whether they read what was put back into a socket first. Deno's go on with what the system has next. */
const readsPutBack = process.versions['deno'] === undefined

/** Takes the upgrade that a connection began with. @param rest What came behind its head. */
export type TakeUpgrade = (head: RequestHead, socket: NetSocket, rest: Uint8Array) => void

/**
 * Milliseconds, once to twice of it, after which a connection that has asked nothing is Node's to time: a
 * fortieth of the whole handshake, for they come on top of what Node allows.
 */
export function patience({ handshakeTimeout }: Pick<Limits, 'handshakeTimeout'>): number {
  return Math.max(1, Math.min(250, Math.floor(handshakeTimeout / 40)))
}

/** Reads the first request of each connection of an HTTP server. */
export class FirstRequests {
  readonly limits: Limits
  readonly take: TakeUpgrade
  readonly #http: HttpServer
  readonly #event: 'connection' | 'secureConnection'
  /** The server's own listeners to new connections. */
  #accept: readonly Function[] = []
  /** Connections that have asked nothing yet: those of this half of their time, and those of the last. */
  #young = new Set<FirstRequest>()
  #old = new Set<FirstRequest>()
  #timer: NodeJS.Timeout | undefined

  /** @param event That by which `http` gets its connections. */
  constructor(
    http: HttpServer,
    event: 'connection' | 'secureConnection',
    limits: Limits,
    take: TakeUpgrade,
  ) {
    this.#http = http
    this.#event = event
    this.limits = limits
    this.take = take
  }

  /** Takes the place of whoever listens to new connections; those that are HTTP's are handed over. */
  begin(): void {
    this.#accept = this.#http.listeners(this.#event)
    this.#http.removeAllListeners(this.#event)
    this.#http.on(this.#event, (socket: NetSocket) => this.#await(socket))
  }

  #await(socket: NetSocket): void {
    this.#timer ??= setInterval(() => this.#giveUp(), patience(this.limits)).unref()
    const request = new FirstRequest(socket, this)
    this.#young.add(request)
    listen(socket, request)
    listenForBytes(socket)
  }

  /** A connection has asked, or is gone. */
  forget(request: FirstRequest): void {
    if (!this.#young.delete(request)) this.#old.delete(request)
  }

  /** Gives a connection to HTTP. @param bytes What has been read of it. */
  handOver(socket: NetSocket, bytes?: Uint8Array): void {
    unlisten(socket)
    readPlainly(socket)
    socket.pause()
    // Before anyone listens: it is the first that they read.
    if (bytes && readsPutBack) socket.unshift(bytes)
    for (const accept of this.#accept) accept.call(this.#http, socket)
    socket.resume()
    if (bytes && !readsPutBack) socket.emit('data', bytes)
  }

  #giveUp(): void {
    const late = this.#old
    this.#old = this.#young
    this.#young = new Set()
    for (const { socket } of late) this.handOver(socket)
    if (this.#old.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** A connection that has asked nothing yet. */
class FirstRequest implements TransportListener {
  readonly socket: NetSocket
  readonly #all: FirstRequests
  #over = false

  constructor(socket: NetSocket, all: FirstRequests) {
    this.socket = socket
    this.#all = all
  }

  receive(bytes: Uint8Array, lent: boolean): void {
    const { socket } = this
    // A refused one may go on.
    if (this.#over) return
    this.#leave()
    const { limits, take } = this.#all
    const upgrade = upgradeIn(bytes, limits)
    if (!upgrade) return this.#all.handOver(socket, lent ? bytes.slice() : bytes)
    const { head, rest } = upgrade
    take(head, socket, lent ? rest.slice() : rest)
  }

  /** It asked nothing, and will not. */
  end(): void {
    if (this.#over) return
    this.#leave()
    this.socket.end()
  }

  lost(): void {
    this.#leave()
  }

  drained(): void {}
  failed(): void {}

  #leave(): void {
    this.#over = true
    this.#all.forget(this)
  }
}

function upgradeIn(
  bytes: Uint8Array,
  limits: Limits,
): { readonly head: RequestHead; readonly rest: Uint8Array } | undefined {
  const result = new HeadParser('request', limits, latin1).push(bytes)
  return result.state === 'done' && isUpgradeRequest(result.head.fields) ? result : undefined
}

function latin1({ buffer, byteOffset }: Uint8Array, from: number, to: number): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset + from, to - from).toString('latin1')
}

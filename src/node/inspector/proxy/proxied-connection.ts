import type { Socket as NetSocket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { encodeFrame } from '../../../core/encoded-message.ts'
import { closePayload } from '../../../core/close-frame.ts'
import { isWireCloseCode, Opcode } from '../../../core/index.ts'
import type {
  CloseCommand,
  ConnectionRecorder,
  FaultCommand,
  FeedSide,
  RecordedHead,
  Recording,
  SendCommand,
} from '../../../inspect/index.ts'
import { endSocket } from '../../http-response.ts'
import { ports } from '../../ports.ts'
import { recordedHead, tlsFacts, wallClock } from '../../recorders.ts'
import { asksForWebSocket, HeadReader } from './head-reader.ts'
import { proxiedClose } from './proxied-close.ts'
import { Relay } from './relay.ts'
import { openTarget, rewritten, type Target } from './target.ts'

/** What a connection needs of its proxy. */
export interface Proxying {
  readonly target: Target
  readonly recording: Recording
  /** It has a record from here on. */
  opened(id: number, connection: ProxiedConnection): void
  /** Both of its sides are closed. */
  closed(connection: ProxiedConnection): void
}

const refusalTimeout = 10_000

/**
 * One connection through the proxy: a client, and the target. The heads of the handshake are read along on
 * their way, and so are the frames that follow a 101; anything else is passed on unread.
 */
export class ProxiedConnection {
  readonly #client: NetSocket
  readonly #target: NetSocket
  readonly #proxying: Proxying
  /** What goes to each side. */
  readonly #relays: Readonly<Record<FeedSide, Relay>>
  #request: RecordedHead | undefined
  #recorder: ConnectionRecorder | undefined
  /** The head of what the target answers. */
  readonly #response = new HeadReader()
  /** What the response said, where it was no 101. */
  #refusal: string | undefined
  /** Something has gone to the client. */
  #answered = false
  /** Which side ended the transport first, and which are gone. */
  #endedBy: FeedSide | undefined
  readonly #gone = new Set<FeedSide>()

  constructor(client: NetSocket, proxying: Proxying) {
    const target = openTarget(proxying.target)
    this.#client = client
    this.#target = target
    this.#proxying = proxying
    this.#relays = {
      server: new Relay(client, target, (bytes) => this.#passed('transmit', bytes)),
      client: new Relay(target, client, (bytes) => this.#passed('receive', bytes)),
    }
    client.setNoDelay(true)
    target.setNoDelay(true)
    this.#readRequest()
    client.on('end', () => this.#ended('client', target, noBytes)).on('error', ignore)
    target.on('end', () => this.#ended('server', client, this.#response.bytes))
    target.on('error', (error) => this.#unreachable(error))
    client.on('close', (broken: boolean) => this.#lost('client', target, broken))
    target.on('close', (broken: boolean) => this.#lost('server', client, broken))
  }

  /** Bytes that wait for either side. */
  get waiting(): number {
    return this.#relays.client.waiting + this.#relays.server.waiting
  }

  /** The faults that are injected now, for the connection with this id. */
  faults(connection: number): readonly FaultCommand[] {
    return (['client', 'server'] as const).flatMap((to) => {
      const { fault } = this.#relays[to]
      return fault.kind === 'none' ? [] : [{ ask: 'fault', connection, to, fault }]
    })
  }

  /** @returns What is wrong with it, if anything is. */
  perform(command: SendCommand | FaultCommand | CloseCommand): string | undefined {
    const { to } = command
    if (command.ask === 'send') {
      const text = command.opcode === 'text'
      const payload = Buffer.from(command.data, text ? 'utf8' : 'base64')
      if (opcodes[command.opcode] > 2 && payload.length > 125) return 'at most 125 bytes fit'
      this.#inject(to, opcodes[command.opcode], payload)
    } else if (command.ask === 'fault') {
      this.#relays[to].fault = command.fault
    } else if (command.code === undefined) {
      this.destroy()
    } else {
      return this.#close(to, command.code, command.reason)
    }
    return undefined
  }

  /** Cuts off both sides. */
  destroy(): void {
    reset(this.#client)
    reset(this.#target)
  }

  #close(to: FeedSide, code: number, reason: string): string | undefined {
    const bytes = ports.encodeUtf8(reason)
    if (!isWireCloseCode(code)) return `close code ${code} cannot be sent`
    if (bytes.length > 123) return 'at most 123 bytes of a reason fit'
    this.#inject(to, Opcode.close, closePayload(code, bytes))
    return undefined
  }

  /** RFC 6455 §5.1: what goes to a server is masked. */
  #inject(to: FeedSide, opcode: Opcode, payload: Uint8Array): void {
    const key = to === 'server' ? new DataView(ports.random(4).buffer).getUint32(0) : undefined
    this.#relays[to].inject(opcode, encodeFrame(opcode, true, 0, payload, key))
  }

  // ---- the handshake

  #readRequest(): void {
    const reader = new HeadReader()
    const read = (chunk: Buffer): void => {
      const head = reader.read(chunk)
      if (!head) return
      this.#client.off('data', read).pause()
      if (head === 'too long') return this.#refuse(431, 'the head of this request is too long')
      this.#target.write(rewritten(head.text, this.#proxying.target), 'latin1')
      const request = recordedHead(head.text)
      if (asksForWebSocket(request)) {
        this.#request = request
        this.#readResponse(head.rest)
      } else {
        this.#answered = true
        this.#relays.server.start(head.rest, false)
        this.#relays.client.start(noBytes, false)
      }
    }
    this.#client.on('data', read)
  }

  /** @param early What the client sent behind its request; nothing, unless it is in a hurry. */
  #readResponse(early: Uint8Array): void {
    const reader = this.#response
    const read = (chunk: Buffer): void => {
      const head = reader.read(chunk)
      if (!head) return
      this.#target.off('data', read).pause()
      const text = head === 'too long' ? '' : head.text
      const rest = head === 'too long' ? reader.bytes : head.rest
      const response = recordedHead(text)
      const upgraded = / 101\b/.test(response.line)
      if (!upgraded) this.#refusal = response.line
      this.#open(response)
      this.#answered = true
      this.#client.write(text, 'latin1')
      this.#relays.client.start(rest, upgraded)
      this.#relays.server.start(early, upgraded)
    }
    this.#target.on('data', read).resume()
  }

  #open(response: RecordedHead): void {
    const { recording, target } = this.#proxying
    const { origin } = new URL(target.url.safeHref)
    const [, path = '/'] = this.#request!.line.split(' ')
    this.#recorder = recording.open({
      role: 'client',
      url: origin === 'null' ? target.url.safeHref : origin + path,
      openedAt: wallClock(),
      request: this.#request,
      response,
      tls: this.#target instanceof TLSSocket ? tlsFacts(this.#target) : undefined,
      local: { address: this.#client.remoteAddress, port: this.#client.remotePort },
      remote: { address: this.#target.remoteAddress, port: this.#target.remotePort },
    })
    this.#proxying.opened(this.#recorder.connection.id, this)
  }

  #unreachable({ message }: Error): void {
    if (this.#answered) return
    const { safeHref } = this.#proxying.target.url
    this.#refuse(502, `tidewire inspect cannot reach ${safeHref}: ${message}`)
  }

  #refuse(status: number, text: string): void {
    const reason = status === 502 ? 'Bad Gateway' : 'Request Header Fields Too Large'
    const fields = `Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\n`
    const answer = `HTTP/1.1 ${status} ${reason}\r\n${fields}Content-Length: ${text.length + 1}\r\n\r\n${text}\n`
    endSocket(this.#client, answer, refusalTimeout)
    this.#target.destroy()
  }

  // ---- what follows

  #passed(direction: 'receive' | 'transmit', bytes: Uint8Array): void {
    this.#recorder?.read(direction, bytes, wallClock())
  }

  /** During the handshake the end of a side goes to the other at once; from then on the relays see to it. */
  #ended(side: FeedSide, other: NetSocket, last: Uint8Array): void {
    this.#endedBy ??= side
    if (!this.#answered) other.end(last)
  }

  #lost(side: FeedSide, other: NetSocket, broken: boolean): void {
    this.#endedBy ??= side
    this.#gone.add(side)
    // As when a cable was pulled: the other side does not learn of it.
    const to = side === 'client' ? 'server' : 'client'
    if (this.#relays[to].fault.kind !== 'half-open') {
      if (broken) reset(other)
      else other.destroySoon()
    }
    if (this.#gone.size < 2) return
    this.#recorder?.closed(
      proxiedClose(this.#recorder.closes, this.#endedBy, this.#refusal, wallClock()),
    )
    this.#proxying.closed(this)
  }
}

/** RFC 9293 §3.5.3: so that the other end sees what a broken connection looks like, where it can. */
function reset(socket: NetSocket): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

const opcodes = {
  text: Opcode.text,
  binary: Opcode.binary,
  ping: Opcode.ping,
  pong: Opcode.pong,
} as const
const noBytes = new Uint8Array(0)

function ignore(): void {}

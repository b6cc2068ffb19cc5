import type { RemoteProtocolError } from '../../dist/errors/index.js'
import {
  type Conduct,
  Connection,
  type ConnectionSettings,
  defaultHeartbeat,
  type Limits,
  type MessageExtension,
  type Ports,
  resolveLimits,
  Slab,
} from '../../dist/core/index.js'
import { FakeClock, Recorder, testPorts } from '../../dist/testing/index.js'
import { bytes, type ReadFrame, read, someMask, wire, type WireFrame } from './wire.ts'

export type Role = ConnectionSettings['role']
export const roles: readonly Role[] = ['client', 'server']

/** One connection whose peer is the test: it writes bytes by hand and reads what comes. */
export class Solo extends Recorder {
  readonly clock: FakeClock = new FakeClock(1000)
  readonly role: Role
  readonly connection: Connection

  constructor(
    role: Role,
    limits: Partial<Limits> = {},
    open: boolean = true,
    extension?: MessageExtension,
    conduct?: Conduct,
    ports: Partial<Ports> = {},
  ) {
    super()
    this.role = role
    this.connection = new Connection(
      {
        role,
        limits: resolveLimits(limits),
        heartbeat: defaultHeartbeat,
        ports: { ...testPorts({ clock: this.clock }), ...ports },
        slab: new Slab(),
        ...(conduct && { conduct }),
      },
      this,
    )
    if (open) this.connection.open(extension)
  }

  /** The bytes of frames as the peer of this role sends them. */
  peerBytes(...frames: WireFrame[]): Uint8Array {
    const mask = this.role === 'server' ? someMask : undefined
    return bytes(...frames.map((frame) => wire({ mask, ...frame })))
  }

  /** Receives frames in one chunk. */
  receive(...frames: WireFrame[]): void {
    this.connection.receive(this.peerBytes(...frames))
  }

  /** The frames that the connection has sent since the last call. */
  sent(): ReadFrame[] {
    return read(bytes(...this.connection.takeOutput()))
  }

  /** The error of the connection, once the transport is gone. */
  error(): RemoteProtocolError | undefined {
    this.connection.lose()
    return this.outcome?.cause.error as RemoteProtocolError | undefined
  }
}

export function text(payload: string, fin = true): WireFrame {
  return { opcode: 1, payload, fin }
}

export function close(code?: number, reason = ''): WireFrame {
  return { opcode: 8, payload: code === undefined ? '' : bytes([code >> 8, code & 255], reason) }
}

export function ping(payload: string): WireFrame {
  return { opcode: 9, payload }
}

export function pong(payload: Uint8Array | string): WireFrame {
  return { opcode: 10, payload }
}

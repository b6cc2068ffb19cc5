import {
  Connection,
  hixieFraming,
  type Limits,
  resolveLimits,
  SharedMessage,
  Slab,
} from '../../../dist/core/index.js'
import { FakeClock, Recorder, testPorts } from '../../../dist/testing/index.js'
import { bytes } from '../wire.ts'

export type HixieVersion = keyof typeof hixieFraming
export const versions: readonly HixieVersion[] = ['hixie-75', 'hixie-76']

/** A server's connection to a client of an old draft, which is the test. */
export class HixieSolo extends Recorder {
  readonly clock: FakeClock = new FakeClock(1000)
  readonly connection: Connection

  constructor(version: HixieVersion, limits: Partial<Limits> = {}) {
    super()
    this.connection = new Connection(
      {
        role: 'server',
        limits: resolveLimits(limits),
        heartbeat: undefined,
        ports: testPorts({ clock: this.clock }),
        slab: new Slab(),
        framing: hixieFraming[version],
      },
      this,
    )
    this.connection.open()
  }

  receive(...parts: (Uint8Array | readonly number[] | string)[]): void {
    this.connection.receive(bytes(...parts))
  }

  /** What the connection has sent since the last call. */
  sent(): Uint8Array {
    return bytes(...this.connection.takeOutput())
  }

  /** The code of the error that ended it, once the transport is gone. */
  failure(): string | undefined {
    this.connection.lose()
    const error = this.outcome?.cause.error as { readonly code: string } | undefined
    return error?.code
  }
}

export function shared(message: string | Uint8Array): SharedMessage {
  return new SharedMessage(message, testPorts())
}

import type { HeaderFields } from '../core/index.ts'
import type { Pump } from './pump.ts'
import { type Agreed, Socket } from './socket.ts'

/** A connection as its client sees it. */
export class ClientSocket<Data = unknown> extends Socket<Data> {
  /** The URL it is connected to, redirects having been followed, without user name and password. */
  readonly url: string
  readonly #fields: HeaderFields

  /** @internal */
  constructor(
    pump: Pump<ClientSocket<Data>>,
    data: Data,
    agreed: Agreed,
    url: string,
    fields: HeaderFields,
  ) {
    super(pump, data, agreed)
    this.url = url
    this.#fields = fields
  }

  /** The header fields of the response that opened it. */
  get headers(): Headers {
    return new Headers([...this.#fields].map(([name, value]) => [name, value]))
  }
}

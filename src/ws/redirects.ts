import type { RequestOptions } from './request-options.ts'
import type { Target } from './target.ts'
import type { WebSocket } from './websocket.ts'

/** What a client keeps to itself when it is sent elsewhere. */
const credentials = ['authorization', 'cookie']

/** The rules for following redirects: whose credentials go where. They are ws's; node/redirect.ts is stricter. */
export class Redirects {
  count = 0
  /** The program's own fields, and the credentials of a URL on the way. */
  readonly headers: Record<string, unknown> = {}
  readonly #origin: Target

  constructor(origin: Target, headers: unknown) {
    this.#origin = origin
    // Names in lower case, so that what is taken out later is found.
    for (const [name, value] of Object.entries(headers ?? {}))
      this.headers[name.toLowerCase()] = value
  }

  /** Changes a request as curl does: another host, or one that is no longer secure, gets no credentials. */
  applyTo(options: RequestOptions, target: Target, websocket: WebSocket): void {
    // Whoever listens for `redirect` decides that there.
    if (this.count > 0 && websocket.listenerCount('redirect') === 0) {
      const sameHost = placeOf(target) === placeOf(this.#origin)
      if (!sameHost || (this.#origin.secure && !target.secure)) {
        for (const name of credentials) delete options.headers[name]
        if (!sameHost) delete options.headers['host']
        options.auth = undefined
      }
    }
    // The first that was given stays.
    if (options.auth && !this.headers['authorization']) {
      const encoded = Buffer.from(options.auth).toString('base64')
      this.headers['authorization'] = `Basic ${encoded}`
    }
  }
}

function placeOf({ socketPath, url }: Target): string {
  return socketPath === undefined ? `host ${url.host}` : `socket ${socketPath}`
}

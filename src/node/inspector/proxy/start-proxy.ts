import type { TlsOptions } from 'node:tls'
import { checkInteger } from '../../../core/index.ts'
import { Recording, type RecordingOptions } from '../../../inspect/index.ts'
import { readConnectUrl } from '../../connect-url.ts'
import { inflateWhole } from '../../inflate-whole.ts'
import { Inspector } from '../inspector.ts'
import { selfSigned } from './certificate.ts'
import { InspectingProxy } from './inspecting-proxy.ts'

/** How a server is looked at from outside. */
export interface ProxyOptions extends RecordingOptions {
  /** TCP port that clients connect to; 0, the default, picks a free one. */
  readonly port?: number
  /** Address to listen on. Default `127.0.0.1`: nothing but this machine can connect. */
  readonly hostname?: string
  /** TCP port of the inspector's page; 0, the default, picks a free one. It is always on loopback. */
  readonly pagePort?: number
  /** A certificate and its key, for clients that speak wss; `'self-signed'` makes one for this machine. */
  readonly tls?: TlsOptions | 'self-signed' | undefined
  /** Issuers of the target's certificate that are trusted besides the usual ones, in PEM. */
  readonly ca?: string | Buffer | undefined
  /** Whether the target's certificate is not looked at. Default `false`. */
  readonly insecure?: boolean
  /** Whether Host becomes that of the target. Default `false`: it is the client's. */
  readonly rewriteHost?: boolean
  /** Whether Origin becomes that of the target, where it is one of this machine. Default `false`. */
  readonly rewriteOrigin?: boolean
}

/** A proxy that runs, and the inspector of what goes through it. */
export interface RunningProxy {
  /** What clients connect to instead of the target. */
  readonly url: string
  readonly target: string
  readonly inspector: Inspector
  close(): Promise<void>
}

/**
 * Starts a proxy for a server, with an inspector of all that goes through.
 * @param target `ws:` or `wss:`.
 * @throws {ConnectError} `ERR_CONNECT_URL`.
 * @throws {OptionError} when an option is outside its range.
 * @throws {TidewireError} `ERR_LISTEN`.
 */
export async function startProxy(
  target: string,
  {
    port = 0,
    hostname = '127.0.0.1',
    pagePort = 0,
    tls,
    ca,
    insecure = false,
    rewriteHost = false,
    rewriteOrigin = false,
    ...recorded
  }: ProxyOptions = {},
): Promise<RunningProxy> {
  checkInteger('port', port, 0, 65_535)
  checkInteger('pagePort', pagePort, 0, 65_535)
  const url = readConnectUrl(target)
  const recording = new Recording(recorded, inflateWhole)
  const trust = { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !insecure }
  const rewriting = { host: rewriteHost, origin: rewriteOrigin }
  const own = tls === 'self-signed' ? selfSigned() : tls
  const proxy = new InspectingProxy({ url, tls: trust, rewriting }, recording, own)
  await proxy.listen(port, hostname)
  try {
    const inspector = await Inspector.start(recording, proxy, pagePort, () => {})
    const close = async (): Promise<void> => {
      await proxy.close()
      await inspector.close()
    }
    return { url: proxy.proxy, target: proxy.target, inspector, close }
  } catch (error) {
    await proxy.close()
    throw error
  }
}

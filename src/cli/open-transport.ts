import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { lookup } from 'node:dns/promises'
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { DnsStep, Step, StepFault, TcpStep, TlsStep } from '../inspect/index.ts'
import { stopwatch } from './stopwatch.ts'
import { needsLookup, type WatchTarget } from './watch-target.ts'

/** A step that was watched, and what it led to unless it failed. */
interface Opened<Watched> {
  readonly step: Watched
  readonly socket: Socket | undefined
}

/** A connection that can be written to, TLS and all. */
export async function openTransport(
  target: WatchTarget,
  steps: Step[],
): Promise<Socket | undefined> {
  const { hostname, secure } = target
  let addresses: readonly string[] = [hostname]
  if (needsLookup(target)) {
    const dns = await resolveName(target)
    steps.push(dns)
    if (dns.fault) return undefined
    ;({ addresses } = dns)
  }
  const tcp = await openTcp(addresses, target)
  steps.push(tcp.step)
  if (!tcp.socket || !secure) return tcp.socket
  const tls = await openTls(tcp.socket, target)
  const refused = tls.step.fault?.code.includes('NO_APPLICATION_PROTOCOL')
  steps.push(refused ? { ...tls.step, alpnWithH2: await alpnWithH2(addresses, target) } : tls.step)
  return tls.socket
}

/** Milliseconds for what is only tried. */
const probeTimeout = 2000

/** Whether the server speaks TLS where it was spoken to without. */
export async function speaksTls(target: WatchTarget): Promise<boolean> {
  const timeout = Math.min(target.timeout, probeTimeout)
  const socket = await openTransport({ ...target, secure: true, insecure: true, timeout }, [])
  socket?.destroy()
  return socket !== undefined
}

/** RFC 7301 §3.2: a server that refuses http/1.1 may have h2 only. */
async function alpnWithH2(
  addresses: readonly string[],
  target: WatchTarget,
): Promise<string | undefined> {
  const { socket } = await openTcp(addresses, target)
  if (!socket) return undefined
  const tls = await openTls(socket, target, ['h2', 'http/1.1'])
  tls.socket?.destroy()
  return tls.step.alpn
}

async function resolveName({ hostname }: WatchTarget): Promise<DnsStep> {
  const time = stopwatch()
  const step = { step: 'dns', name: hostname } as const
  try {
    const found = await lookup(hostname, { all: true })
    const addresses = found.map(({ address }) => address)
    return { ...step, addresses, milliseconds: time() }
  } catch (error) {
    return { ...step, addresses: [], fault: faultOf(error), milliseconds: time() }
  }
}

/** Tries one address after the other, as browsers would. */
async function openTcp(
  addresses: readonly string[],
  { port, socketPath, timeout }: WatchTarget,
): Promise<Opened<TcpStep>> {
  const time = stopwatch()
  const attempts: { place: string; fault?: StepFault }[] = []
  const places =
    socketPath === undefined
      ? addresses.map((host) => ({ place: `${host} port ${port}`, options: { host, port } }))
      : [{ place: socketPath, options: { path: socketPath } }]
  for (const { place, options } of places) {
    const socket = connectTcp({ ...options, allowHalfOpen: true })
    const fault = await opened(socket, 'connect', timeout)
    attempts.push({ place, ...(fault && { fault }) })
    if (!fault) return { step: { step: 'tcp', attempts, milliseconds: time() }, socket }
  }
  return { step: { step: 'tcp', attempts, milliseconds: time() }, socket: undefined }
}

/**
 * TLS over an open socket. The certificate is looked at first and judged afterwards, so that what is
 * wrong with it can be said; nothing is sent to a server whose certificate is not good.
 */
async function openTls(
  transport: Socket,
  target: WatchTarget,
  protocols: readonly string[] = ['http/1.1'],
): Promise<Opened<TlsStep>> {
  const time = stopwatch()
  const { hostname, ca, insecure, timeout } = target
  const socket = connectTls({
    socket: transport,
    host: hostname,
    // RFC 6066 §3: a server name is a host name, never an address.
    ...(/^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname }),
    ALPNProtocols: [...protocols],
    rejectUnauthorized: false,
    ...(ca && { ca }),
  })
  const failed = await opened(socket, 'secureConnect', timeout)
  const step = { step: 'tls', name: hostname } as const
  if (failed) {
    transport.destroy()
    return { step: { ...step, fault: failed, milliseconds: time() }, socket: undefined }
  }
  const fault = insecure ? undefined : unauthorized(socket)
  const facts = {
    version: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher()?.name,
    alpn: socket.alpnProtocol || undefined,
    certificate: certificateOf(socket.getPeerCertificate()),
  }
  if (fault) socket.destroy()
  return {
    step: { ...step, ...facts, ...(fault && { fault }), milliseconds: time() },
    socket: fault ? undefined : socket,
  }
}

/** The error of Node is the code alone here. */
function unauthorized(socket: TLSSocket): StepFault | undefined {
  if (socket.authorized) return undefined
  const error: unknown = socket.authorizationError
  return error instanceof Error ? faultOf(error) : { code: String(error), message: String(error) }
}

function certificateOf(certificate: PeerCertificate): TlsStep['certificate'] {
  // A session that was resumed has none.
  if (Object.keys(certificate).length === 0) return undefined
  const { subjectaltname, subject, issuer, valid_from: from, valid_to: to } = certificate
  return {
    names: subjectaltname ?? String(subject.CN),
    issuer: String(issuer.CN ?? issuer.O),
    from,
    to,
  }
}

/** Waits until a socket is open; what stopped it, if something did. */
async function opened(
  socket: Socket,
  event: string,
  timeout: number,
): Promise<StepFault | undefined> {
  // It may fail once more after that.
  socket.on('error', () => {})
  const abort = new AbortController()
  const timer = setTimeout(() => setImmediate(() => abort.abort()), timeout)
  try {
    await once(socket, event, { signal: abort.signal })
    return undefined
  } catch (error) {
    socket.destroy()
    if (!abort.signal.aborted) return faultOf(error)
    return { code: 'ETIMEDOUT', message: `nothing within ${timeout / 1000} s` }
  } finally {
    clearTimeout(timer)
  }
}

export function faultOf(error: unknown): StepFault {
  const { code, message } = error as NodeJS.ErrnoException
  return { code: code ?? 'unknown', message }
}

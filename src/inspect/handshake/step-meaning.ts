import { opcodeName } from '../../core/opcode.ts'
import { seconds } from './judge-frames.ts'
import type { OriginsStep, SeenFrame, Step, TcpStep, TlsStep } from './observation.ts'

/** What a step came to, in one line. */
export function stepMeaning(step: Step): string {
  switch (step.step) {
    case 'dns':
      return step.fault
        ? `${step.name} is not known`
        : `${step.name} is ${step.addresses.join(', ')}`
    case 'tcp':
      return tcp(step)
    case 'tls':
      return tls(step)
    case 'answer':
      return step.end === 'head' ? `${step.bytes} bytes` : `no answer, ${step.bytes} bytes`
    case 'frames':
      return `${framesIn(step.frames)}; ${pinged[step.end]}`
    case 'idle':
      return `silent for ${seconds(step.milliseconds)}: ${framesIn(step.frames)}; ${rested[step.end]}`
    case 'close':
      return step.answered ? 'our close frame was answered' : 'our close frame was not answered'
    case 'origins':
      return origins(step)
  }
}

const pinged = {
  pong: 'our ping was answered',
  closed: 'the server closed',
  cut: 'the connection ended without a close frame',
  malformed: 'then came what is no frame',
  timeout: 'our ping was not answered',
} as const

const rested = {
  alive: 'a ping was answered afterwards',
  dead: 'a ping was not answered afterwards',
  closed: 'then the server closed',
  cut: 'then the connection ended without a close frame',
} as const

function tcp({ attempts }: TcpStep): string {
  const failed = attempts.filter(({ fault }) => fault).map(({ place }) => place)
  const open = attempts.find(({ fault }) => !fault)
  const first = failed.length > 0 ? `not to ${failed.join(', ')}` : ''
  if (!open) return `no connection${first && `, ${first}`}`
  return `connected to ${open.place}${first && `, ${first}`}`
}

function tls({ version, cipher, alpn, certificate, fault }: TlsStep): string {
  if (version === undefined) return `failed: ${fault?.code ?? 'no answer'}`
  const chosen = alpn === undefined ? 'no ALPN' : `ALPN ${alpn}`
  const who = certificate
    ? `; a certificate for ${certificate.names} from ${certificate.issuer}, until ${certificate.to}`
    : ''
  return `${version}, ${cipher ?? 'unknown cipher'}, ${chosen}${who}`
}

function framesIn(frames: readonly SeenFrame[]): string {
  if (frames.length === 0) return 'no frame came'
  const counts = new Map<string, number>()
  for (const { opcode } of frames) {
    const name = opcodeName(opcode)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return `came ${[...counts].map(([name, count]) => `${count} ${name}`).join(', ')}`
}

function origins({ trials }: OriginsStep): string {
  return trials
    .map(({ origin, status }) => `${origin ?? 'no Origin'} ${status ?? 'no answer'}`)
    .join(', ')
}

import { latin1 } from '../../core/handshake/latin1.ts'
import type { FindingCode } from './finding-catalogue.ts'
import { finding, type Finding, type FindingDetail } from './finding.ts'
import type { AnswerStep, DnsStep, StepFault, TcpStep, TlsStep } from './observation.ts'

function found(code: FindingCode, text: string, detail?: FindingDetail): Finding[] {
  return [finding(code, 'network', text, detail)]
}

export function judgeDns({ name, fault }: DnsStep): Finding[] {
  if (!fault) return []
  if (fault.code === 'EAI_AGAIN') {
    return found('dns', `No name server answers for ${name} just now.`)
  }
  if (fault.code === 'ENOTFOUND') return found('dns', `There is no host named ${name}.`)
  return found('dns', `The name ${name} could not be resolved (${fault.code}).`)
}

/** A connection to any of the addresses will do. */
export function judgeTcp({ attempts }: TcpStep): Finding[] {
  const last = attempts.at(-1)
  if (!last?.fault) return []
  const places = attempts.map(({ place }) => place).join(' and ')
  if (attempts.every(({ fault }) => fault?.code === 'ECONNREFUSED' || fault?.code === 'ENOENT')) {
    return found('tcp-refused', `Nobody listens at ${places}.`)
  }
  const faults = attempts.map(({ place, fault }) => `${place}: ${inWords(fault!)}`)
  return found('tcp-failed', `No connection came about: ${faults.join('; ')}.`)
}

/** The codes of X.509 verification (OpenSSL, X509_STORE_CTX_get_error) that people meet. */
const certificateFaults: ReadonlyMap<string, FindingCode> = new Map([
  ['CERT_HAS_EXPIRED', 'tls-expired'],
  ['CERT_NOT_YET_VALID', 'tls-not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-issuer'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls-issuer'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-issuer'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-issuer'],
])

/** OpenSSL's words for bytes that are not TLS. */
const notTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE/

export function judgeTls({ name, alpn, alpnWithH2, certificate, fault }: TlsStep): Finding[] {
  if (alpn === 'h2') return found('alpn-h2', 'The server chose h2, which was not offered.')
  if (!fault) return []
  const { code } = fault
  const about = certificateFaults.get(code)
  if (about) return found(about, certificateText(about, name, certificate))
  if (alpnWithH2 === 'h2') {
    const text = 'The server refuses http/1.1 by ALPN; when h2 is offered too, it chooses h2.'
    return found('alpn-h2', text)
  }
  if (code.includes('CERTIFICATE_REQUIRED')) return found('tls-client-certificate', fault.message)
  if (notTls.test(code)) return found('tls-not-spoken', 'What came in answer to TLS is not TLS.')
  return found('tls-failed', `The TLS handshake failed: ${inWords(fault)}.`)
}

function certificateText(code: FindingCode, name: string, certificate?: Certificate): string {
  const { names = 'no name', issuer = 'nobody', from = '', to = '' } = certificate ?? {}
  if (code === 'tls-expired') return `The certificate was valid until ${to}.`
  if (code === 'tls-not-yet-valid') return `The certificate is valid from ${from}.`
  if (code === 'tls-name') return `The certificate is for ${names}, and not for ${name}.`
  return `The certificate was issued by ${issuer}, whom this machine does not know.`
}

type Certificate = NonNullable<TlsStep['certificate']>

/** @param secure Whether the connection is over TLS. */
export function judgeAnswer(step: AnswerStep, secure: boolean): Finding[] {
  const { bytes, first, end, fault } = step
  if (step.speaksTls) return found('tls-wanted', 'HTTP got no answer there; TLS gets one.')

  // RFC 8446 §5.1: a TLS record that is an alert. No HTTP begins with it.
  if (!secure && first[0] === 0x15 && first[1] === 0x03) {
    return found('tls-wanted', 'The server answered with a TLS alert.')
  }
  // RFC 9113 §3.4: a server begins with a SETTINGS frame, on stream 0.
  if (first.length >= 9 && first[0] === 0 && first[3] === 4 && first[5] === 0 && first[8] === 0) {
    return found('alpn-h2', 'The server answered in HTTP/2 to a request in HTTP/1.1.')
  }
  if (fault?.code.includes('CERTIFICATE_REQUIRED')) {
    return found('tls-client-certificate', 'The server ended TLS for want of a certificate.')
  }
  if (end === 'head') return []
  if (bytes > 0 && !startsLikeHttp(first)) {
    return found('answer-not-http', `The server answered ${shown(first)}.`)
  }
  const came = bytes === 0 ? 'nothing' : `${bytes} bytes of a head`
  if (end === 'timeout') return found('answer-timeout', `In time came ${came}.`)
  const how = fault ? ` (${inWords(fault)})` : ''
  return found('answer-cut', `The server ended the connection${how} after ${came}.`)
}

function startsLikeHttp(first: Uint8Array): boolean {
  return 'HTTP/'.startsWith(latin1(first.subarray(0, 5)))
}

/** Bytes that should be text: as text where they are, else in hex. */
export function shown(bytes: Uint8Array): string {
  const written = latin1(bytes)
  return /^[\t\r\n -~]*$/.test(written)
    ? JSON.stringify(written)
    : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

const words: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ECONNRESET', 'it was reset'],
  ['EHOSTUNREACH', 'there is no way to the host'],
  ['ENETUNREACH', 'there is no way to its network'],
  ['ETIMEDOUT', 'the host does not answer'],
])

function inWords({ code, message }: StepFault): string {
  return words.get(code) ?? (message || code)
}

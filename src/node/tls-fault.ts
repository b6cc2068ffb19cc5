import type { Leg } from './leg.ts'

/** What Node and OpenSSL put on the errors of TLS. */
interface TlsError extends Error {
  readonly code?: string
  /** OpenSSL's words. */
  readonly reason?: string
  /** The certificate whose names do not fit. */
  readonly cert?: { readonly subjectaltname?: string }
}

/** What is wrong with TLS, and what to do about it. */
interface TlsFault {
  readonly what: string
  /** Without one, the catalogue's. */
  readonly remedy?: string
}

/** The option that holds what is said of TLS with a peer. */
export function tlsOption({ peer }: Leg): string {
  return peer === 'proxy' ? 'proxy.tls' : 'tls'
}

/** The codes of X.509 verification (OpenSSL, X509_STORE_CTX_get_error) that people meet. */
function certificateFault(code: string, leg: Leg): TlsFault | undefined {
  const { peer } = leg
  const trust = `as ${tlsOption(leg)}.ca if you trust it.`
  const untrusted = `Give the certificate of its issuer ${trust}`
  const unknownIssuer = `the issuer of the ${peer}'s certificate is unknown`
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return { what: `the ${peer}'s certificate has expired`, remedy: `Renew it on the ${peer}.` }
    case 'CERT_NOT_YET_VALID':
      return { what: `the ${peer}'s certificate is not valid yet`, remedy: 'Compare the clocks.' }
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return {
        what: `the ${peer}'s certificate is self-signed`,
        remedy: `Give that certificate ${trust}`,
      }
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return {
        what: `the ${peer}'s certificate comes from an unknown issuer`,
        remedy: untrusted,
      }
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return { what: unknownIssuer, remedy: untrusted }
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return {
        what: unknownIssuer,
        remedy: `The ${peer} may have to send an intermediate certificate as well. ${untrusted}`,
      }
    case 'CERT_REVOKED':
      return {
        what: `the ${peer}'s certificate is revoked`,
        remedy: `Replace it on the ${peer}.`,
      }
    default:
      return undefined
  }
}

/** OpenSSL's words for bytes that are not TLS. */
const notTls: ReadonlySet<string> = new Set([
  'wrong version number',
  'packet length too long',
  'http request',
  'unexpected message',
  'record layer failure',
])

/** OpenSSL's words as Node has them: Bun writes them large, and Deno gives the code only that is made of them. */
function wordsOf({ code = '', reason }: TlsError): string | undefined {
  const words = reason ?? /^ERR_SSL_(.+)/.exec(code)?.[1]
  return words?.replaceAll('_', ' ').toLowerCase()
}

/** Judges an error that came while connecting; `undefined` when it has nothing to do with TLS. */
export function tlsFault(leg: Leg, error: Error): TlsFault | undefined {
  const { code = '', cert, message }: TlsError = error
  const words = wordsOf(error)
  const { peer, place } = leg
  const certificate = certificateFault(code, leg)
  if (certificate) return certificate
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = cert?.subjectaltname ?? 'no name'
    return {
      what: `the ${peer}'s certificate is not for ${place.hostname} but for ${names}`,
      remedy: `Connect by a name in the certificate, or give that name as ${tlsOption(leg)}.servername.`,
    }
  }
  if (words !== undefined && notTls.has(words)) {
    return {
      what: `the ${peer} does not speak TLS on that port`,
      remedy: `Use ${peer === 'proxy' ? 'http' : 'ws'}://, or its TLS port.`,
    }
  }
  if (words?.includes('certificate required')) {
    const option = tlsOption(leg)
    return {
      what: `the ${peer} wants a certificate of yours`,
      remedy: `Give ${option}.cert and ${option}.key.`,
    }
  }
  const ours = /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|HOSTNAME_MISMATCH|INVALID_CA)/.test(code)
  if (ours || (code === 'EPROTO' && words !== undefined)) {
    return { what: `the TLS handshake failed: ${words ?? message}` }
  }
  return undefined
}

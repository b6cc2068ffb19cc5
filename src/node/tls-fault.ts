import type { ConnectUrl } from './connect-url.ts'

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

const untrusted = 'Give the certificate of its issuer as tls.ca if you trust it.'

/** The codes of X.509 verification (OpenSSL, X509_STORE_CTX_get_error) that people meet. */
const certificateFaults: ReadonlyMap<string, TlsFault> = new Map([
  [
    'CERT_HAS_EXPIRED',
    { what: "the server's certificate has expired", remedy: 'Renew it on the server.' },
  ],
  [
    'CERT_NOT_YET_VALID',
    { what: "the server's certificate is not valid yet", remedy: 'Compare the clocks.' },
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    {
      what: "the server's certificate is self-signed",
      remedy: 'Give that certificate as tls.ca if you trust it.',
    },
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    { what: "the server's certificate comes from an unknown issuer", remedy: untrusted },
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT',
    { what: "the issuer of the server's certificate is unknown", remedy: untrusted },
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    { what: "the issuer of the server's certificate is unknown", remedy: untrusted },
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    {
      what: "the issuer of the server's certificate is unknown",
      remedy: `The server may have to send an intermediate certificate as well. ${untrusted}`,
    },
  ],
  [
    'CERT_REVOKED',
    { what: "the server's certificate is revoked", remedy: 'Replace it on the server.' },
  ],
])

/** OpenSSL's words for bytes that are not TLS. */
const notTls: ReadonlySet<string> = new Set([
  'wrong version number',
  'packet length too long',
  'http request',
  'unexpected message',
  'record layer failure',
])

/** Judges an error that came while connecting; `undefined` when it has nothing to do with TLS. */
export function tlsFault({ hostname }: ConnectUrl, error: Error): TlsFault | undefined {
  const { code = '', reason, cert, message }: TlsError = error
  const certificateFault = certificateFaults.get(code)
  if (certificateFault) return certificateFault
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = cert?.subjectaltname ?? 'no name'
    return {
      what: `the server's certificate is not for ${hostname} but for ${names}`,
      remedy: 'Connect by a name in the certificate, or give that name as tls.servername.',
    }
  }
  if (reason !== undefined && notTls.has(reason)) {
    return {
      what: 'the server does not speak TLS on that port',
      remedy: 'Use ws://, or its TLS port.',
    }
  }
  if (reason?.includes('certificate required') || code.includes('ALERT_CERTIFICATE_REQUIRED')) {
    return { what: 'the server wants a certificate of yours', remedy: 'Give tls.cert and tls.key.' }
  }
  const ours = /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|HOSTNAME_MISMATCH|INVALID_CA)/.test(code)
  if (ours || (code === 'EPROTO' && reason !== undefined)) {
    return { what: `the TLS handshake failed: ${reason ?? message}` }
  }
  return undefined
}

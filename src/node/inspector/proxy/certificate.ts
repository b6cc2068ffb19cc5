import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A certificate and its key, in PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly cert: string
}

const day = 86_400_000
/** Browsers take no certificate that lasts longer than 398 days. */
const lasts = 90 * day

/** ASN.1 tags (X.690). */
const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  object: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const

const oid = {
  /** id-at-commonName: 2.5.4.3 */
  commonName: [0x55, 4, 3],
  /** ecdsa-with-SHA256: 1.2.840.10045.4.3.2 */
  ecdsaSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2],
  /** id-ce-subjectAltName: 2.5.29.17 */
  subjectAltName: [0x55, 0x1d, 17],
}

/**
 * Makes a certificate for this machine that signs itself (RFC 5280 §4.1), for `localhost`, 127.0.0.1 and ::1.
 * Nobody trusts it who has not been told to.
 */
export function selfSigned(now: number = Date.now()): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(der(Tag.object, oid.ecdsaSha256))
  const name = sequence(
    der(
      Tag.set,
      sequence(der(Tag.object, oid.commonName), der(Tag.utf8, Buffer.from('Tidewire inspector'))),
    ),
  )
  const serial = randomBytes(16)
  // It is a positive number.
  serial[0] = (serial[0]! & 0x7f) | 0x40
  const toBeSigned = sequence(
    // [0] version 3
    der(0xa0, der(Tag.integer, [2])),
    der(Tag.integer, serial),
    algorithm,
    name,
    sequence(time(now - day), time(now + lasts)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    // [3] extensions
    der(0xa3, sequence(sequence(der(Tag.object, oid.subjectAltName), names()))),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const certificate = sequence(
    toBeSigned,
    algorithm,
    der(Tag.bitString, Buffer.concat([Buffer.of(0), signature])),
  )
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return { key, cert: pem(certificate) }
}

/** RFC 5280 §4.2.1.6: [2] is a DNS name, [7] an address. */
function names(): Buffer {
  const loopback6 = Buffer.alloc(16)
  loopback6[15] = 1
  const all = sequence(
    der(0x82, Buffer.from('localhost')),
    der(0x87, [127, 0, 0, 1]),
    der(0x87, loopback6),
  )
  return der(Tag.octetString, all)
}

/** YYMMDDHHMMSSZ, which RFC 5280 §4.1.2.5 wants up to 2049. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)
  return der(Tag.utcTime, Buffer.from(`${digits}Z`))
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(Tag.sequence, Buffer.concat(parts))
}

/** X.690 §8.1: a tag, a length, and what it is about. */
function der(tag: number, content: Uint8Array | readonly number[]): Buffer {
  const { length } = content
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, ...size), Buffer.from(content)])
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g)!
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { suite, test } from 'node:test'
import { createSecureContext } from 'node:tls'
import { selfSigned } from '../../../../dist/node/inspector/proxy/certificate.js'

suite('a certificate that signs itself', () => {
  const now = Date.UTC(2026, 10, 21, 12)
  const { cert, key } = selfSigned(now)
  const certificate = new X509Certificate(cert)

  test('is for this machine, by all its names', () => {
    assert.equal(certificate.checkHost('localhost'), 'localhost')
    assert.equal(certificate.checkHost('example.com'), undefined)
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1')
    assert.equal(certificate.checkIP('::1'), '::1')
  })

  test('is signed with the key that comes with it', () => {
    assert.ok(certificate.verify(certificate.publicKey))
    createSecureContext({ cert, key })
  })

  test('is valid from the day before, and for no longer than browsers allow', () => {
    const from = Date.parse(certificate.validFrom)
    const to = Date.parse(certificate.validTo)
    assert.equal(now - from, 86_400_000)
    assert.ok(to - from < 398 * 86_400_000 && to > now)
  })

  test('is never the same twice', () => {
    assert.notEqual(
      certificate.serialNumber,
      new X509Certificate(selfSigned(now).cert).serialNumber,
    )
  })

  test('is one in the eyes of OpenSSL', () => {
    const args = ['x509', '-noout', '-ext', 'subjectAltName']
    const said = execFileSync('openssl', args, { input: cert, encoding: 'utf8' })
    assert.match(said, /DNS:localhost, IP Address:127\.0\.0\.1/)
  })
})

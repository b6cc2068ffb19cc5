import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConnectError } from '../../dist/node/connect-error.js'
import { needsLookup, placeOf, readConnectUrl } from '../../dist/node/connect-url.js'

describe('a URL to connect to', () => {
  const hosts = [
    ['ws://example.com', 'example.com', 80, '/', 'example.com'],
    ['wss://example.com', 'example.com', 443, '/', 'example.com'],
    ['http://example.com/a?b=c', 'example.com', 80, '/a?b=c', 'example.com'],
    ['https://example.com/', 'example.com', 443, '/', 'example.com'],
    ['ws://example.com:8080/x', 'example.com', 8080, '/x', 'example.com:8080'],
    ['ws://example.com:80/x', 'example.com', 80, '/x', 'example.com'],
    ['https://example.com:443/', 'example.com', 443, '/', 'example.com'],
    ['https://example.com:80/', 'example.com', 80, '/', 'example.com:80'],
    ['ws://[::1]:9/', '::1', 9, '/', '[::1]:9'],
    ['ws://127.0.0.1/', '127.0.0.1', 80, '/', '127.0.0.1'],
    ['WS://EXAMPLE.com/Ä b', 'example.com', 80, '/%C3%84%20b', 'example.com'],
    ['ws://münchen.example/', 'xn--mnchen-3ya.example', 80, '/', 'xn--mnchen-3ya.example'],
  ] as const
  for (const [input, hostname, port, target, host] of hosts) {
    test(input, () => {
      const url = readConnectUrl(input)
      assert.deepEqual(
        [url.hostname, url.port, url.target, url.host, url.socketPath, url.authorization],
        [hostname, port, target, host, undefined, undefined],
      )
      assert.equal(url.secure, /^(wss|https):/.test(input))
      assert.match(url.href, /^wss?:/)
    })
  }

  test('may be a URL object, which stays as it is', () => {
    const given = new URL('https://user:pass@example.com/')
    assert.equal(readConnectUrl(given).href, 'wss://user:pass@example.com/')
    assert.equal(given.href, 'https://user:pass@example.com/')
  })

  const credentials = [
    ['ws://ada:secret@example.com/', 'ada:secret'],
    ['ws://ada@example.com/', 'ada:'],
    ['ws://:secret@example.com/', ':secret'],
    ['ws://a%40b:%C3%A4@example.com/', 'a@b:ä'],
    ['ws://a%zz@example.com/', 'a%zz:'],
  ] as const
  for (const [input, expected] of credentials) {
    test(`${input} asks for Basic credentials`, () => {
      const { authorization, safeHref, target, host } = readConnectUrl(input)
      const [scheme, value = ''] = authorization!.split(' ')
      assert.equal(scheme, 'Basic')
      assert.equal(Buffer.from(value, 'base64').toString(), expected)
      assert.deepEqual([safeHref, target, host], ['ws://example.com/', '/', 'example.com'])
    })
  }

  const unix = [
    ['ws+unix:/run/app.sock', '/run/app.sock', '/'],
    ['ws+unix:/run/app.sock:', '/run/app.sock', '/'],
    ['ws+unix:/run/app.sock:/chat?room=1', '/run/app.sock', '/chat?room=1'],
    ['ws+unix:///run/app.sock:/a:b', '/run/app.sock', '/a:b'],
    ['ws+unix:/run/my%20app.sock:/', '/run/my app.sock', '/'],
  ] as const
  for (const [input, socketPath, target] of unix) {
    test(input, () => {
      const url = readConnectUrl(input)
      assert.deepEqual(
        [url.socketPath, url.target, url.host, url.secure],
        [socketPath, target, 'localhost', false],
      )
      assert.equal(needsLookup(url), false)
      assert.equal(placeOf(url), socketPath)
    })
  }

  test('is looked up unless it has an address', () => {
    assert.equal(needsLookup(readConnectUrl('ws://example.com')), true)
    assert.equal(needsLookup(readConnectUrl('ws://127.0.0.1')), false)
    assert.equal(needsLookup(readConnectUrl('ws://[::1]')), false)
    assert.equal(placeOf(readConnectUrl('ws://[::1]:5/secret?token')), '[::1]:5')
  })

  const wrong = [
    '',
    'example.com',
    '/chat',
    'ws://',
    'ws://example.com:70000/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'ws://example.com/#',
    'ws://example.com/a#b',
    'http://example.com/#b',
    'ws+unix:',
    'ws+unix::/chat',
    'ws+unix:/a.sock:/#b',
  ]
  for (const input of wrong) {
    test(`${input || 'nothing'} is none`, () => {
      assert.throws(
        () => readConnectUrl(input),
        (error) => error instanceof ConnectError && error.code === 'ERR_CONNECT_URL',
      )
    })
  }

  test('is not repeated by the error, for it may hold secrets', () => {
    assert.throws(
      () => readConnectUrl('ws://ada:hunter2@example.com/?token=abc#x'),
      (error: Error) => !/hunter2|abc/.test(error.message),
    )
  })
})

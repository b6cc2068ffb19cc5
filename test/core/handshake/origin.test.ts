import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  checkOrigin,
  checkOriginPolicy,
  type OriginPolicy,
} from '../../../dist/core/handshake/origin.js'
import { OptionError } from '../../../dist/errors/index.js'
import { headerFields } from './heads.ts'

function allows(policy: OriginPolicy, origin?: string | string[], host?: string): boolean {
  return checkOrigin(headerFields({ Origin: origin, Host: host }), policy) === undefined
}

describe('the same origin', () => {
  const same: [origin: string, host: string][] = [
    ['https://app.example', 'app.example'],
    ['http://app.example', 'app.example'],
    ['HTTPS://App.Example', 'aPP.example'],
    ['https://app.example', 'app.example:443'],
    ['http://app.example', 'app.example:80'],
    ['http://app.example:80', 'app.example'],
    ['wss://app.example', 'app.example:443'],
    ['ws://app.example', 'app.example:80'],
    ['http://localhost:8080', 'localhost:8080'],
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['http://[::1]:8080', '[::1]:8080'],
    ['https://[2001:DB8::1]', '[2001:db8::1]'],
    ['https://app.example', 'app.example:'],
  ]
  for (const [origin, host] of same) {
    test(`lets ${origin} into ${host}`, () => assert.ok(allows('same-origin', origin, host)))
  }

  const foreign: [origin: string | string[], host: string | undefined][] = [
    ['https://evil.example', 'app.example'],
    ['https://app.example.evil.example', 'app.example'],
    ['https://notapp.example', 'app.example'],
    ['http://asozykin.ru', 'www.asozykin.ru'],
    ['http://localhost:63342', 'echo.websocket.org'],
    ['https://app.example:8443', 'app.example'],
    ['https://app.example', 'app.example:80'],
    ['https://app.example', 'app.example:8443'],
    ['null', 'app.example'],
    ['null', 'null'],
    ['', 'app.example'],
    ['app.example', 'app.example'],
    ['https://app.example/', 'app.example'],
    ['https://user@app.example', 'app.example'],
    ['https://app.example:99999', 'app.example:99999'],
    ['https://[::1', '[::1'],
    ['chrome-extension://app.example', 'app.example'],
    ['file://', ''],
    [['https://app.example', 'https://evil.example'], 'app.example'],
    ['https://app.example', undefined],
    ['https://app.example', 'a b'],
    ['__proto__://app.example', 'app.example'],
    ['constructor://app.example', 'app.example'],
  ]
  for (const [origin, host] of foreign) {
    test(`keeps ${JSON.stringify(origin)} out of ${host}`, () => {
      assert.ok(!allows('same-origin', origin, host))
    })
  }
})

describe('a list of origins', () => {
  const list = ['https://app.example', 'http://localhost:3000', 'chrome-extension://abc']
  test('lets in those on it, in any case and with their default port written or not', () => {
    for (const origin of [...list, 'https://APP.example', 'https://app.example:443']) {
      assert.ok(allows(list, origin, 'other.example'), origin)
    }
  })
  test('keeps out all others, the host of the server too', () => {
    for (const origin of [
      'http://app.example',
      'https://other.example',
      'null',
      'localhost:3000',
    ]) {
      assert.ok(!allows(list, origin, 'other.example'), origin)
    }
  })
  test('can have null on it, which sandboxed pages send', () => {
    assert.ok(allows(['null'], 'null'))
  })
  test('can let in all hosts below one', () => {
    const below = ['https://*.App.example', 'http://*.b.example:8080']
    for (const origin of [
      'https://a.app.example',
      'https://a.b.APP.example:443',
      'http://x.b.example:8080',
    ]) {
      assert.ok(allows(below, origin), origin)
    }
    for (const origin of [
      'https://app.example',
      'https://.app.example.evil.example',
      'https://evilapp.example',
      'http://a.app.example',
      'https://a.app.example:8443',
      'http://x.b.example',
      'https://*.App.example',
      'null',
    ]) {
      assert.ok(!allows(below, origin), origin)
    }
  })
  test('has no entry that would never match', () => {
    checkOriginPolicy([...list, 'null', 'https://*.example'])
    for (const origin of [
      'app.example',
      'https://app.example/',
      'https://*',
      'https://*.',
      'https://a.*.example',
      'https://*.*.example',
      '*',
      '',
    ]) {
      assert.throws(() => checkOriginPolicy([origin]), OptionError, origin)
    }
    for (const policy of ['same-origin', '*', () => true] as const) checkOriginPolicy(policy)
  })
})

describe('a function', () => {
  test('is asked with the origin and the fields', () => {
    const fields = headerFields({ Origin: 'https://a.example', Host: 'b.example' })
    const policy: OriginPolicy = (origin, given) =>
      origin === 'https://a.example' && given.get('host') === 'b.example'
    assert.equal(checkOrigin(fields, policy), undefined)
  })
  test('is asked when there is no Origin, too', () => {
    const fields = headerFields({})
    assert.equal(
      checkOrigin(fields, () => true),
      undefined,
    )
    assert.equal(
      checkOrigin(fields, () => false),
      'a request without Origin is not allowed',
    )
  })
  test('lets in with true alone, and not with a promise of it', () => {
    const policy = (async () => true) as unknown as OriginPolicy
    assert.ok(!allows(policy, 'https://a.example'))
  })
})

describe('a request without Origin', () => {
  const without = (site?: string) => headerFields({ Host: 'a.example', 'Sec-Fetch-Site': site })
  test('is let in: it is not from a browser', () => {
    assert.equal(checkOrigin(without(), 'same-origin'), undefined)
    assert.equal(checkOrigin(without('same-origin'), ['https://b.example']), undefined)
  })
  test('is kept out when a browser says that it is cross-site', () => {
    assert.match(checkOrigin(without('cross-site'), 'same-origin') ?? '', /cross-site/)
    assert.match(checkOrigin(without('cross-site'), ['https://b.example']) ?? '', /cross-site/)
  })
})

test('an allowed origin may be cross-site', () => {
  const fields = headerFields({ Origin: 'https://a.example', 'Sec-Fetch-Site': 'cross-site' })
  assert.equal(checkOrigin(fields, ['https://a.example']), undefined)
})

test('* lets everyone in', () => {
  for (const origin of [undefined, 'null', 'https://evil.example']) assert.ok(allows('*', origin))
  assert.equal(checkOrigin(headerFields({ 'Sec-Fetch-Site': 'cross-site' }), '*'), undefined)
})

test('a refusal says which origin and what was expected', () => {
  const fields = headerFields({ Origin: 'https://a.example\xe9', Host: 'b.example' })
  assert.equal(
    checkOrigin(fields, 'same-origin'),
    'the origin "https://a.example\\u00e9" is not that of the host "b.example"',
  )
})

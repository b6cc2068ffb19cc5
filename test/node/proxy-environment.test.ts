import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OptionError } from '../../dist/errors/index.js'
import { readConnectUrl, placeOf } from '../../dist/node/connect-url.js'
import { environmentProxy } from '../../dist/node/proxy-environment.js'
import { echoPeer } from './peers.ts'
import { program } from './program.ts'
import { httpProxy } from './proxies.ts'

/** Where the proxy for a URL is, or `direct`. */
function way(url: string, environment: Record<string, string>): string {
  const proxy = environmentProxy(readConnectUrl(url), environment)
  return proxy ? placeOf(proxy) : 'direct'
}

describe('the proxy of the environment', () => {
  const choices: [url: string, environment: Record<string, string>, expected: string][] = [
    ['wss://a.example', {}, 'direct'],
    ['wss://a.example', { HTTPS_PROXY: 'http://one:1' }, 'one:1'],
    ['wss://a.example', { https_proxy: 'http://one:1', HTTPS_PROXY: 'http://two:2' }, 'one:1'],
    ['wss://a.example', { wss_proxy: 'http://one:1', https_proxy: 'http://two:2' }, 'one:1'],
    ['wss://a.example', { HTTP_PROXY: 'http://one:1' }, 'direct'],
    ['wss://a.example', { ALL_PROXY: 'socks5://one' }, 'one:1080'],
    ['wss://a.example', { HTTPS_PROXY: '', ALL_PROXY: 'socks5h://one' }, 'one:1080'],
    ['https://a.example', { HTTPS_PROXY: 'one:1' }, 'one:1'],
    ['ws://a.example', { http_proxy: 'one', https_proxy: 'http://two:2' }, 'two:2'],
    ['ws://a.example', { HTTP_PROXY: ' one ' }, 'one:80'],
    ['ws://a.example', { HTTP_PROXY: 'one', REQUEST_METHOD: 'GET' }, 'direct'],
    ['ws://a.example', { http_proxy: 'one', REQUEST_METHOD: 'GET' }, 'one:80'],
    ['ws://a.example', { ws_proxy: 'http://one:1', http_proxy: 'http://two:2' }, 'one:1'],
    ['ws+unix:/a.sock', { ALL_PROXY: 'http://one:1' }, 'direct'],
  ]
  for (const [url, environment, expected] of choices) {
    test(`${url} with ${JSON.stringify(environment)} is ${expected}`, () => {
      assert.equal(way(url, environment), expected)
    })
  }

  for (const host of ['localhost', 'app.localhost', '127.0.0.1', '127.9.9.9', '[::1]']) {
    test(`is not for this machine: ${host}`, () => {
      assert.equal(way(`ws://${host}`, { ALL_PROXY: 'http://one:1' }), 'direct')
    })
  }

  const exceptions: [noProxy: string, host: string, excepted: boolean][] = [
    ['*', 'a.example', true],
    ['b.example, a.example', 'a.example', true],
    ['b.example a.example', 'a.example', true],
    ['A.Example', 'a.example', true],
    ['a.example', 'a.example.', true],
    ['a.example', 'deep.a.example', true],
    ['.a.example', 'deep.a.example', true],
    ['*.a.example', 'deep.a.example', true],
    ['a.example', 'notaa.example', false],
    ['a.example', 'a.example.evil.example', false],
    ['.', 'a.example', false],
    [',', 'a.example', false],
    ['a.example:80', 'a.example', true],
    ['a.example:443', 'a.example', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1:81', '10.0.0.1', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.1-10.0.0.9', '10.0.0.5', true],
    ['10.0.0.1-10.0.0.9', '10.0.0.10', false],
    ['10.0.0.0/99', '10.0.0.1', false],
    ['10.0.0.9-10.0.0.1', '10.0.0.5', false],
    ['0.0.1', '10.0.0.1', false],
    ['2001:db8::/32', '[2001:db8::7]', true],
    ['[2001:db8::7]:80', '[2001:db8::7]', true],
    ['[2001:db8::7]:81', '[2001:db8::7]', false],
    ['2001:DB8::7', '[2001:db8::7]', true],
    ['2001:db8::/32', '10.0.0.1', false],
  ]
  for (const [noProxy, host, excepted] of exceptions) {
    test(`NO_PROXY=${noProxy} ${excepted ? 'excepts' : 'does not except'} ${host}`, () => {
      for (const name of ['NO_PROXY', 'no_proxy']) {
        const environment = { ALL_PROXY: 'http://one:1', [name]: noProxy }
        assert.equal(way(`ws://${host}`, environment), excepted ? 'direct' : 'one:1')
      }
    })
  }

  test('says which variable is wrong, and not what is in it', () => {
    assert.throws(
      () => way('wss://a.example', { HTTPS_PROXY: 'ftp://ada:secret@one' }),
      (error: unknown) => {
        assert.ok(error instanceof OptionError)
        assert.equal(error.option, 'HTTPS_PROXY')
        assert.doesNotMatch(error.message, /secret/)
        return true
      },
    )
  })

  const source = `
    import { connect } from ${JSON.stringify(new URL('../../dist/node/index.js', import.meta.url).href)}
    const [url, proxy] = process.argv.slice(2)
    const lookup = (name, options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }])
    const socket = await connect(url, { lookup, ...(proxy && { proxy }) })
    await socket.close()`
  const uses: [what: string, env: Record<string, string>, proxy: string, asked: number][] = [
    ['is used by a program that says so', {}, 'environment', 1],
    ['is not used by one that does not', {}, '', 0],
    ['is used where Node is told to', { NODE_USE_ENV_PROXY: '1' }, '', 1],
  ]
  for (const [what, env, option, asked] of uses) {
    test(what, async (t) => {
      const url = (await echoPeer(t)).replace('127.0.0.1', 'chat.example')
      const proxy = await httpProxy(t)
      await program(source, { args: [url, option], env: { ...env, HTTP_PROXY: proxy.url } })
      assert.equal(proxy.requests.length, asked)
    })
  }
})

import assert from 'node:assert/strict'
import type { Socket as NetSocket } from 'node:net'
import { describe, test } from 'node:test'
import { HeaderFields } from '../../dist/core/index.js'
import {
  clientAddress,
  networkOf,
  type Proxies,
  resolveProxies,
} from '../../dist/node/client-address.js'
import { attach, OptionError } from '../../dist/node/index.js'
import { calls, rawClient, served } from './raw-client.ts'

const proxy = '10.0.0.1'

function found(headers: Record<string, string>, proxies: Proxies | number): string | undefined {
  const socket = { remoteAddress: proxy } as NetSocket
  return clientAddress(HeaderFields.from(headers), socket, resolveProxies(proxies))
}

describe('the address of a client', () => {
  const forwardedFor = (value: string, hops = 1) => found({ 'x-forwarded-for': value }, hops)

  test('is counted from the end, for anyone may have written the front', () => {
    assert.equal(forwardedFor('1.1.1.1, 2.2.2.2'), '2.2.2.2')
    assert.equal(forwardedFor('9.9.9.9, 1.1.1.1, 2.2.2.2', 2), '1.1.1.1')
    assert.equal(forwardedFor('1.1.1.1', 5), '1.1.1.1')
  })

  test('is that of the connection when no proxy is believed, or none says anything', () => {
    assert.equal(forwardedFor('1.1.1.1', 0), proxy)
    assert.equal(found({}, 1), proxy)
    assert.equal(found({ forwarded: 'for=1.1.1.1' }, 1), proxy)
  })

  test('may have a port, and be of IPv6', () => {
    assert.equal(forwardedFor('1.1.1.1:80'), '1.1.1.1')
    assert.equal(forwardedFor('2001:db8::1'), '2001:db8::1')
    assert.equal(forwardedFor('[2001:db8::1]'), '2001:db8::1')
    assert.equal(forwardedFor('[2001:db8::1]:80'), '2001:db8::1')
  })

  test('is that of the nearest proxy that is known when an entry is none', () => {
    for (const entry of ['', 'unknown', '_hidden', '1.1.1', '1.1.1.1.evil', '[::1']) {
      assert.equal(forwardedFor(entry), proxy, entry)
      assert.equal(forwardedFor(`1.1.1.1, ${entry}, 2.2.2.2`, 3), '2.2.2.2', entry)
    }
  })

  test('may be in Forwarded (RFC 7239)', () => {
    const forwarded = (value: string, hops = 1) =>
      found({ forwarded: value, 'x-forwarded-for': '6.6.6.6' }, { hops, header: 'forwarded' })
    assert.equal(forwarded('for=1.1.1.1, For=2.2.2.2;proto=https'), '2.2.2.2')
    assert.equal(forwarded('proto=https; for="[2001:db8::1]:4711"'), '2001:db8::1')
    assert.equal(forwarded('by=3.3.3.3'), proxy)
    assert.equal(forwarded('xfor=3.3.3.3'), proxy)
  })

  test('is what the program sees, before and after', async (t) => {
    const seen = calls<string | undefined>()
    const server = await served(t, {
      proxies: 1,
      upgrade: (request) => seen.note(request.remoteAddress),
      open: (socket) => seen.note(socket.remoteAddress),
      request: ({ remoteAddress }) => new Response(remoteAddress),
    })
    await rawClient(t, server).upgrade({ 'X-Forwarded-For': '1.1.1.1' })
    assert.deepEqual([await seen.next(), await seen.next()], ['1.1.1.1', '1.1.1.1'])
    const client = rawClient(t, server)
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n')
    assert.equal((await client.answer()).body, '2.2.2.2')
  })
})

test('an IPv6 network of 64 bits is one client', () => {
  for (const [address, network] of [
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['', ''],
  ] as const) {
    assert.equal(networkOf(address), network, address)
  }
})

test('proxies are counted', () => {
  for (const proxies of [-1, 101, 1.5, 'x', { hops: 0 }, { hops: 1, header: 'via' }] as never[]) {
    assert.throws(() => attach(null, { proxies }), OptionError)
  }
})

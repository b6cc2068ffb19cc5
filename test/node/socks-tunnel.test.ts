import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readProxy } from '../../dist/node/proxy.js'
import { SocksTunnel } from '../../dist/node/socks-tunnel.js'
import type { TunnelResult } from '../../dist/node/tunnel.js'

const accepted = [5, 0, 0, 1, 127, 0, 0, 1, 0x1f, 0x90]

function tunnel(hostname = 'chat.example', credentials = ''): SocksTunnel {
  return new SocksTunnel(readProxy(`socks5h://${credentials}127.0.0.1`), { hostname, port: 8080 })
}

/** A tunnel at the point where it waits for the reply to its request, and that request. */
function asked(hostname?: string): { socks: SocksTunnel; request: Buffer } {
  const socks = tunnel(hostname)
  const result = socks.receive(Buffer.of(5, 0))
  assert.equal(result.state, 'asking')
  return { socks, request: Buffer.from((result as { send: Uint8Array }).send) }
}

function refusal(result: TunnelResult): [code: string, words: string] {
  assert.ok(result.state === 'refused', result.state)
  const { fault } = result
  return [fault.code, `${fault.what}. ${fault.remedy}`]
}

describe('a SOCKS5 tunnel', () => {
  test('offers a password only where it has one (RFC 1928 §3)', () => {
    assert.deepEqual([...tunnel().greeting], [5, 1, 0])
    assert.deepEqual([...tunnel('a', 'ada:secret@').greeting], [5, 2, 0, 2])
  })

  test('tells user name and password (RFC 1929 §2)', () => {
    const socks = tunnel('a', 'ada:gr%C3%BC@')
    const result = socks.receive(Buffer.of(5, 2))
    const bytes = [1, 3, ...Buffer.from('ada'), 4, ...Buffer.from('grü')]
    assert.deepEqual(result, { state: 'asking', send: Buffer.from(bytes) })
    assert.equal(socks.receive(Buffer.of(1)).state, 'waiting')
    assert.equal(socks.receive(Buffer.of(0)).state, 'asking')
  })

  const addresses: [hostname: string, type: number, bytes: readonly number[]][] = [
    ['chat.example', 3, [12, ...Buffer.from('chat.example')]],
    ['127.0.0.1', 1, [127, 0, 0, 1]],
    ['::1', 4, [...Array<number>(15).fill(0), 1]],
    ['2001:db8::ff00:42', 4, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0x42]],
    ['1:2:3:4:5:6:7:8', 4, [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ['::ffff:1.2.3.4', 4, [...Array<number>(10).fill(0), 0xff, 0xff, 1, 2, 3, 4]],
    ['fe80::1%eth0', 4, [0xfe, 0x80, ...Array<number>(13).fill(0), 1]],
  ]
  for (const [hostname, type, bytes] of addresses) {
    test(`asks for ${hostname} (RFC 1928 §4)`, () => {
      const { request } = asked(hostname)
      assert.deepEqual([...request], [5, 1, 0, type, ...bytes, 0x1f, 0x90])
    })
  }

  test('opens, wherever the bytes are cut, and keeps what comes behind', () => {
    const replies = [
      accepted,
      [5, 0, 0, 3, 4, 1, 2, 3, 4, 0, 80],
      [5, 0, 0, 4, ...Array<number>(16).fill(7), 0, 80],
    ]
    for (const reply of replies) {
      const bytes = Buffer.from([...reply, 1, 2, 3])
      for (let at = 1; at < bytes.length; at++) {
        const { socks } = asked()
        const first = socks.receive(bytes.subarray(0, at))
        const result = first.state === 'waiting' ? socks.receive(bytes.subarray(at)) : first
        const behind = at < reply.length ? [1, 2, 3] : [1, 2, 3].slice(0, at - reply.length)
        assert.deepEqual(result, { state: 'open', rest: Uint8Array.from(behind) })
      }
    }
  })

  const replies: [reply: number, words: RegExp][] = [
    [1, /does not say why/],
    [2, /rules do not let/],
    [3, /no way to the network/],
    [4, /no way to the server\. Check the host name/],
    [5, /nobody listens there/],
    [6, /TTL expired/],
    [7, /does not do CONNECT/],
    [8, /type of address\. Try socks5h/],
    [9, /unknown reply 9/],
  ]
  for (const [reply, words] of replies) {
    test(`explains reply ${reply} (RFC 1928 §6)`, () => {
      const [code, text] = refusal(asked().socks.receive(Buffer.of(5, reply)))
      assert.equal(code, 'ERR_CONNECT_PROXY')
      assert.match(text, words)
    })
  }

  const malformed: [what: string, result: () => TunnelResult, code: string, words: RegExp][] = [
    [
      'another version',
      () => tunnel().receive(Buffer.of(4, 0)),
      'ERR_CONNECT_PROXY',
      /begins with the byte 4 and not with 5\. It may not speak SOCKS5/,
    ],
    [
      'HTTP',
      () => tunnel().receive(Buffer.from('HTTP/1.1 400')),
      'ERR_CONNECT_PROXY',
      /It speaks HTTP: use http/,
    ],
    [
      'a reply of another version',
      () => asked().socks.receive(Buffer.of(1)),
      'ERR_CONNECT_PROXY',
      /the byte 1/,
    ],
    [
      'a method that was not offered',
      () => tunnel().receive(Buffer.of(5, 2)),
      'ERR_CONNECT_PROXY_AUTH',
      /asks for method 2, which is more than no credentials/,
    ],
    [
      'a method that nobody knows',
      () => tunnel('a', 'ada:secret@').receive(Buffer.of(5, 9)),
      'ERR_CONNECT_PROXY_AUTH',
      /asks for method 9, which is neither/,
    ],
    [
      'no method',
      () => tunnel('a', 'ada:secret@').receive(Buffer.of(5, 0xff)),
      'ERR_CONNECT_PROXY_AUTH',
      /other credentials than a password/,
    ],
    [
      'an answer before the question',
      () => tunnel().receive(Buffer.of(5, 0, ...accepted)),
      'ERR_CONNECT_PROXY',
      /answers what it was not asked yet/,
    ],
    [
      'an address of an unknown type',
      () => asked().socks.receive(Buffer.of(5, 0, 0, 2, 1)),
      'ERR_CONNECT_PROXY',
      /unknown type 2/,
    ],
  ]
  for (const [what, result, code, words] of malformed) {
    test(`refuses ${what}`, () => {
      const [received, text] = refusal(result())
      assert.equal(received, code)
      assert.match(text, words)
    })
  }
})

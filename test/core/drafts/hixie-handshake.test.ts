import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  type Agreement,
  challengeBytes,
  formatAcceptance,
  readUpgradeRequest,
  type Refusal,
  type RequestHead,
  type ServerHandshakePolicy,
} from '../../../dist/core/index.js'
import { ports } from '../../../dist/node/ports.js'
import { requestHead, wire } from '../handshake/heads.ts'
import { bytes } from '../wire.ts'

const legacy = { legacy: true }
const without13 = {
  'Sec-WebSocket-Version': undefined,
  'Sec-WebSocket-Key': undefined,
}

type Changes = Parameters<typeof requestHead>[0]

function hixie75(changes: Changes = {}, line?: Parameters<typeof requestHead>[1]): RequestHead {
  return requestHead({ ...without13, Origin: 'http://server.example', ...changes }, line)
}

/** The keys of the example in draft-hixie-thewebsocketprotocol-76 §1.2. */
const keys = {
  'Sec-WebSocket-Key1': '4 @1  46546xW%0l 1 5',
  'Sec-WebSocket-Key2': '12998 5 Y3 1  .P00',
}

function agreement(head: RequestHead, policy: ServerHandshakePolicy = legacy): Agreement {
  const verdict = readUpgradeRequest(head, policy)
  assert.ok(verdict.accepted, 'the request was refused')
  return verdict
}

function refusal(head: RequestHead, policy: ServerHandshakePolicy = legacy): Refusal {
  const verdict = readUpgradeRequest(head, policy)
  assert.ok(!verdict.accepted, 'the request was accepted')
  return verdict.refusal
}

test('without legacy no draft is spoken', () => {
  const versions = [7, 8].map((version) => requestHead({ 'Sec-WebSocket-Version': `${version}` }))
  for (const head of [hixie75(), hixie75(keys), ...versions]) {
    const { status, fields } = refusal(head, {})
    assert.equal(status, 426)
    assert.deepEqual(fields.at(-1), ['Sec-WebSocket-Version', '13'])
  }
})

test('hixie-75 gets its origin and its URL back', () => {
  const agreed = agreement(hixie75({ 'WebSocket-Protocol': 'chat' }), {
    ...legacy,
    protocols: ['chat'],
  })
  assert.equal(agreed.version, 'hixie-75')
  assert.equal(
    formatAcceptance(agreed, ports),
    wire(
      'HTTP/1.1 101 Web Socket Protocol Handshake',
      'Upgrade: WebSocket',
      'Connection: Upgrade',
      'WebSocket-Origin: http://server.example',
      'WebSocket-Location: ws://server.example/chat',
      'WebSocket-Protocol: chat',
      '',
    ),
  )
})

test('hixie-76 does too, over TLS and with what the caller adds', () => {
  const offers = { 'Sec-WebSocket-Protocol': 'chat', 'Sec-WebSocket-Extensions': 'a' }
  const agreed = agreement(hixie75({ ...keys, ...offers }))
  assert.deepEqual([agreed.version, agreed.extensions], ['hixie-76', []])
  assert.equal(
    formatAcceptance({ ...agreed, secure: true, fields: [['A', 'b']] }, ports),
    wire(
      'HTTP/1.1 101 WebSocket Protocol Handshake',
      'Upgrade: WebSocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Origin: http://server.example',
      'Sec-WebSocket-Location: wss://server.example/chat',
      'A: b',
      '',
    ),
  )
})

test('an absolute target is the URL already', () => {
  const agreed = agreement(hixie75({}, { target: 'http://server.example/a?b=http://c/' }))
  assert.equal(agreed.hixie!.location, 'server.example/a?b=http://c/')
})

describe('the challenge of hixie-76', () => {
  // Both examples of the draft (§1.2 and §5.2).
  for (const [key1, key2, body, numbers, answer] of [
    [...Object.values(keys), '^n:ds[4U', [829_309_203, 259_970_620], "8jKS'y:G*Co,Wxa-"],
    [
      '18x 6]8vM;54 *(5:  {   U1]8  z [  8',
      '1_ tx7X d  <  nw  334J702) 7]o}` 0',
      'Tm[K T2u',
      [155_712_099, 173_347_027],
      'fQJ,fN/4F4!~K~MH',
    ],
  ] as [string, string, string, [number, number], string][]) {
    test(`hides ${numbers.join(' and ')}`, () => {
      const head = hixie75({ 'Sec-WebSocket-Key1': key1, 'Sec-WebSocket-Key2': key2 })
      assert.deepEqual(agreement(head).hixie!.numbers, numbers)
      const hashed = createHash('md5').update(challengeBytes(numbers, bytes(body)))
      assert.equal(hashed.digest().toString('latin1'), answer)
    })
  }

  test('may hide the smallest and the largest number', () => {
    for (const [key, number] of [
      ['a 0', 0],
      ['4294967295 b', 2 ** 32 - 1],
      ['a 51539607540           b', 2 ** 32 - 1],
    ] as const) {
      const head = hixie75({ ...keys, 'Sec-WebSocket-Key2': key })
      assert.equal(agreement(head).hixie!.numbers![1], number, key)
    }
  })

  test('is refused when it hides none', () => {
    for (const [what, changes] of [
      ['only the first', { ...keys, 'Sec-WebSocket-Key2': undefined }],
      ['only the second', { ...keys, 'Sec-WebSocket-Key1': undefined }],
      ['one twice', { ...keys, 'Sec-WebSocket-Key1': ['1 2', '1 2'] }],
      ['no digit', { ...keys, 'Sec-WebSocket-Key1': 'a b' }],
      ['no space', { ...keys, 'Sec-WebSocket-Key1': 'a1b2' }],
      ['no multiple of its spaces', { ...keys, 'Sec-WebSocket-Key1': 'a 1 b' }],
      ['more than 32 bits', { ...keys, 'Sec-WebSocket-Key1': 'a 4294967296' }],
      ['more digits than count', { ...keys, 'Sec-WebSocket-Key1': `a ${'0'.repeat(16)}` }],
    ] as [string, Changes][]) {
      assert.deepEqual([refusal(hixie75(changes)).status, what], [400, what])
    }
  })
})

describe('a draft before version 13', () => {
  test('has to say where the page is from, and that has to be allowed', () => {
    assert.match(refusal(hixie75({ Origin: undefined })).body, /no Origin/)
    const { status, code } = refusal(hixie75({ ...keys, Origin: 'http://evil.example' }))
    assert.deepEqual([status, code], [403, 'ERR_HANDSHAKE_ORIGIN'])
  })

  test('has to keep the other rules as well', () => {
    assert.equal(refusal(hixie75({}, { method: 'POST' })).status, 405)
    assert.equal(refusal(hixie75({ Host: undefined })).status, 400)
    assert.equal(refusal(hixie75({ 'Content-Length': '8' })).code, 'ERR_HANDSHAKE_BODY')
    const { body } = refusal(hixie75({ 'WebSocket-Protocol': 'a b' }))
    assert.match(body, /^WebSocket-Protocol is "a b"/)
  })

  for (const version of [7, 8] as const) {
    test(`is answered as 13 is in version ${version}`, () => {
      const agreed = agreement(requestHead({ 'Sec-WebSocket-Version': `${version}` }))
      assert.equal(agreed.version, version)
      assert.match(formatAcceptance(agreed, ports), /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK/)
    })

    test(`has its origin in Sec-WebSocket-Origin in version ${version}`, () => {
      const from = (origin: string, more: Changes = {}): RequestHead =>
        requestHead({
          'Sec-WebSocket-Version': `${version}`,
          'Sec-WebSocket-Origin': origin,
          ...more,
        })
      agreement(from('http://server.example'))
      agreement(from('http://evil.example', { Origin: 'http://server.example' }))
      for (const head of [
        from('http://evil.example'),
        from('http://server.example', { Origin: 'http://evil.example' }),
      ]) {
        assert.equal(refusal(head).status, 403)
      }
    })
  }

  test('is told what versions there are when it has another', () => {
    const { fields, body } = refusal(requestHead({ 'Sec-WebSocket-Version': '6' }))
    assert.deepEqual(fields.at(-1), ['Sec-WebSocket-Version', '13, 8, 7'])
    assert.match(body, /"6"; expected 13 or 8 or 7/)
  })
})

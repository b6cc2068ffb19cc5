import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { explainHandshake, readTranscript, withoutSecrets } from '../../../dist/inspect/index.js'

function explained(text: string): ReturnType<typeof explainHandshake> {
  return explainHandshake(readTranscript(text)[0]!)
}

const head = (...lines: string[]): string =>
  ['GET /chat HTTP/1.1', 'Host: a.example', ...lines, '', ''].join('\n')

suite('an explanation without secrets', () => {
  for (const [what, text, secret, left] of [
    ['Authorization', head('Authorization: Bearer hunter2'), 'hunter2', 'scheme Bearer'],
    ['a short Authorization', head('authorization: x7'), 'x7', '[redacted]'],
    ['Proxy-Authorization', head('Proxy-Authorization: Basic aHVudGVyMg=='), 'aHVudGVy', 'a proxy'],
    ['Cookie', head('Cookie: a=1; session=hunter2'), 'hunter2', '2 cookies'],
    [
      'Set-Cookie',
      'HTTP/1.1 101 Switching Protocols\nSet-Cookie: session=hunter2; Secure\n\n',
      'hunter2',
      'Set-Cookie',
    ],
    [
      'a head on one line',
      'GET / HTTP/1.1 Host: a.example Cookie: s=hunter2\n\n',
      'hunter2',
      'Host',
    ],
    [
      'a header without a colon',
      head('Authorization Bearer hunter2'),
      'hunter2',
      'no name and colon',
    ],
    [
      'a parameter',
      'GET /chat?room=1&access_token=hunter2&x=2 HTTP/1.1\nHost: a.example\n\n',
      'hunter2',
      '/chat?room=1&access_token=[redacted]&x=2',
    ],
    [
      'a token as a subprotocol',
      head('Sec-WebSocket-Protocol: chat, eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.abc'),
      'eyJhbGci',
      'chat',
    ],
    [
      'a redirect with a password',
      'HTTP/1.1 302 Found\nLocation: wss://ada:hunter2@a.example/?ticket=hunter2\n\n',
      'hunter2',
      'a.example',
    ],
  ] as const) {
    test(`has nothing of ${what}`, () => {
      const shown = JSON.stringify(withoutSecrets(explained(text)))
      assert.ok(!shown.includes(secret), shown)
      assert.ok(shown.includes(left), shown)
    })
  }

  test('is otherwise as it was, and has not changed the one it was made from', () => {
    const folder = 'test/inspect/handshake/transcripts'
    for (const file of readdirSync(folder)) {
      const explanation = explained(readFileSync(`${folder}/${file}`, 'utf8'))
      const before = structuredClone(explanation)
      const { findings, sound } = withoutSecrets(explanation)
      assert.deepEqual(explanation, before)
      assert.deepEqual([findings, sound], [before.findings, before.sound], file)
    }
    const text = head('Cookie: session=hunter2')
    const explanation = explained(text)
    withoutSecrets(explanation)
    assert.ok(JSON.stringify(explanation).includes('hunter2'))
  })
})

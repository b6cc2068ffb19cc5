import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { explainHandshake, type Explanation, readTranscript } from '../../../dist/inspect/index.js'

const folder = 'test/inspect/handshake/transcripts'

interface Expected {
  readonly wrong: readonly string[]
  readonly unusual: readonly string[]
  /** The values that would be right. */
  readonly right: readonly string[]
}

/**
 * Handshakes as people wrote them down in tutorials and wikis, each looked at by hand. The Accept of
 * chat-origin and of rfc-key is the right one, which the keys here were hashed to see.
 */
const transcripts: Readonly<Record<string, Expected>> = {
  // Neither first line has its HTTP version; the Accept is right, and so is the origin.
  'chat-origin.txt': {
    wrong: ['request request-line-version', 'response status-line-version'],
    unusual: [],
    right: ['GET /chat HTTP/1.1', 'HTTP/1.1 101 Switching Protocols'],
  },
  // An echo server, asked by a page of localhost; its Accept is that of another key.
  'firefox-echo.txt': {
    wrong: ['response accept-wrong'],
    unusual: ['request origin-foreign', 'response extension-declined'],
    right: ['sRguvF5BYs2lXanC9lFFko8C1UA='],
  },
  // All of each head on one line, and nothing else wrong with it.
  'one-line.txt': {
    wrong: ['request head-on-one-line', 'response head-on-one-line'],
    unusual: ['request key-sample'],
    right: [
      [
        'GET /connect-to-ws HTTP/1.1',
        'Host: example.com:8000',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13',
      ].join('\n'),
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
      ].join('\n'),
    ],
  },
  'rfc-key.txt': { wrong: [], unusual: ['request key-sample'], right: [] },
  // The key of the RFC with one letter changed, its Accept with another: 0 for O.
  'wiki-chat.txt': {
    wrong: ['response accept-wrong'],
    unusual: ['request key-not-random', 'request origin-foreign'],
    right: ['QZlxqpLPzrO8lyZ1oenQixj2oe8='],
  },
}

suite('a handshake that somebody wrote down:', () => {
  test('every transcript has been looked at', () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(transcripts).sort())
  })

  for (const [file, { wrong, unusual, right }] of Object.entries(transcripts)) {
    test(`in ${file} each fault is named, and what is fine is not`, () => {
      const [explanation, ...more] = explained(readFileSync(`${folder}/${file}`, 'utf8'))
      assert.ok(explanation)
      assert.deepEqual(more, [])
      assert.deepEqual(codes(explanation, 'wrong'), wrong)
      assert.deepEqual(codes(explanation, 'unusual'), unusual)
      assert.equal(explanation.sound, wrong.length === 0)
      assert.deepEqual(
        explanation.findings.flatMap(({ expected }) => expected ?? []),
        right,
      )
    })
  }

  test('what the wrong Accept was copied from is said', () => {
    const [explanation] = explained(readFileSync(`${folder}/wiki-chat.txt`, 'utf8'))
    const { text = '' } = explanation?.findings.find(({ code }) => code === 'accept-wrong') ?? {}
    assert.match(text, /nearly the answer to the example key.*: character 26 is 0 where O belongs/)
  })

  const forms: Readonly<Record<string, (text: string) => string>> = {
    'with CR LF': (text) => text.replaceAll('\n', '\r\n'),
    'indented in Markdown': (text) => `Look:\n\n${text.replace(/^/gm, '    ')}`,
    'between fences': (text) => `It says\n\`\`\`http\n${text}\n\`\`\`\n`,
    'without the blank line between': (text) => text.replace('\n\n', '\n'),
    'with a byte order mark': (text) => `\ufeff${text}`,
    'as curl -v prints it': (text) => {
      const [request = '', response = ''] = text.split('\n\n')
      const marked = (mark: string, head: string): string =>
        `${head.replace(/^/gm, `${mark} `)}\n${mark} \n`
      return `* Trying 127.0.0.1:80...\n${marked('>', request)}* Mark\n${marked('<', response.trim())}{ [5 bytes data]\n`
    },
  }
  for (const [form, write] of Object.entries(forms)) {
    test(`${form} it is the same handshake`, () => {
      const text = readFileSync(`${folder}/firefox-echo.txt`, 'utf8')
      assert.deepEqual(explained(write(text)), explained(text))
    })
  }

  test('several in one text are told apart, and an interim response is passed over', () => {
    const get = 'GET / HTTP/1.1\nHost: a.example\n\n'
    const early = 'HTTP/1.1 103 Early Hints\nLink: </a>\n\n'
    const exchanges = readTranscript(
      `${get}HTTP/1.1 302 Found\nLocation: /b\n\nmoved\n${get}${early}HTTP/1.1 404 Not Found\n\n`,
    )
    assert.deepEqual(
      exchanges.map(({ request, response }) => [
        request?.target,
        response?.status,
        response?.content,
      ]),
      [
        ['/', 302, 'moved'],
        ['/', 404, ''],
      ],
    )
  })

  test('text without a handshake has none', () => {
    for (const text of ['', 'hello', 'GET\n404', '{"a": 1}'])
      assert.deepEqual(readTranscript(text), [])
  })
})

function explained(text: string): Explanation[] {
  return readTranscript(text).map((exchange) => explainHandshake(exchange))
}

function codes({ findings }: Explanation, wanted: string): string[] {
  return findings.filter(({ level }) => level === wanted).map(({ part, code }) => `${part} ${code}`)
}

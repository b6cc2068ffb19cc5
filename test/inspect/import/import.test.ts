import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { TidewireError } from '../../../dist/errors/index.js'
import {
  fromHar,
  fromJsonLines,
  fromSaved,
  type Har,
  type Imported,
  toHar,
  toJsonLines,
  toPcapng,
} from '../../../dist/inspect/index.js'
import { ports, recorded } from '../export/recorded.ts'
import { recordings } from './sessions.ts'

const creator = { name: 'Tidewire', version: '0.1.0' }
const encoder = new TextEncoder()
const importPorts = { encodeUtf8: (text: string): Uint8Array => encoder.encode(text) }

function harOf(recording: Parameters<typeof toHar>[0]): Har {
  return JSON.parse(JSON.stringify(toHar(recording, creator, ports))) as Har
}

/** What a HAR cannot say again: how the connection ended, and how many messages were not whole. */
function comparable({ log }: Har): unknown {
  return log.entries.map((entry) => ({ ...entry, time: 0, timings: {}, comment: '' }))
}

suite('JSON lines', () => {
  test('that are read say the same when they are written again', () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const lines = [...toJsonLines(recording, ports)]
        assert.deepEqual([...toJsonLines(fromJsonLines(lines, importPorts), ports)], lines)
      }),
    )
  })

  test('are the recording that they were made from', () => {
    const recording = recorded()
    const { connections, frames, notes } = fromJsonLines(toJsonLines(recording, ports), importPorts)
    const plain = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value, (_, one: unknown) =>
          one instanceof Uint8Array ? Buffer.from(one).toString('hex') : one,
        ),
      )
    assert.deepEqual(plain(connections), plain(recording.connections))
    assert.deepEqual(plain(frames), plain([...recording.frames]))
    assert.deepEqual(notes, [])
  })

  test('make the same pcapng', () => {
    const recording = recorded()
    const imported = fromJsonLines(toJsonLines(recording, ports), importPorts)
    assert.deepEqual(toPcapng(imported), toPcapng(recording))
  })

  for (const [what, lines, complaint] of [
    ['no JSON', ['{"type":'], /^line 1 is not JSON$/],
    ['no object', ['', '[]'], /^line 2: expected an object, got a list$/],
    ['of an unknown type', ['{"type":"x"}'], /^line 1, type: expected open or frame or close/],
    [
      'of no connection',
      ['{"type":"frame","connection":7}'],
      /^line 1: connection 7 was not opened/,
    ],
    ['without what they need', [open(), '{"type":"frame","connection":0}'], /^line 2, number: /],
    ['of a connection twice', [open(), open()], /^line 2: connection 0 was opened before$/],
    ['with a time that no clock has', [open({ at: 1e300 })], /^line 1, at: expected a number from/],
    ['with secrets in a wrong place', [open({ url: { pass: 'hunter2' } })], /url: .* got object$/],
    ['with half a header', [open({ request: { line: '', fields: [['a']] } })], /pairs of name/],
  ] as const) {
    test(`${what} are refused`, () => {
      refuses(() => fromJsonLines(lines, importPorts), 'ERR_IMPORT_FORMAT', complaint)
    })
  }

  test('without a connection are refused', () => {
    refuses(() => fromJsonLines(['', ' '], importPorts), 'ERR_IMPORT_EMPTY', /no connection/)
  })

  test('of a connection that was open have its sums counted', () => {
    const lines = [...toJsonLines(recorded(), ports)].filter((line) => !line.includes('"close",'))
    const [server] = fromJsonLines(lines, importPorts).connections
    assert.equal(server?.closed, undefined)
    assert.deepEqual([server?.received.messages, server?.transmitted.messages], [1, 2])
  })
})

suite('a HAR', () => {
  test('that is read says the same when it is written again', () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const first = harOf(recording)
        assert.deepEqual(comparable(harOf(fromHar(first, importPorts))), comparable(first))
      }),
    )
  })

  test('has the handshake, and the messages as the client saw them', () => {
    const { connections, frames } = fromHar(harOf(recorded()), importPorts)
    assert.equal(connections.length, 2)
    assert.equal(connections[0]?.role, 'client')
    assert.equal(connections[0]?.request?.line, 'GET /chat?a=1&token=secret HTTP/1.1')
    assert.deepEqual(
      frames.map(({ connection, direction, message }) => [
        connection,
        direction,
        Buffer.from(message!.payload!).toString('latin1'),
      ]),
      [
        [0, 'transmit', 'hell\u00c3\u00b6'],
        [0, 'receive', '\u0000\u00ff'],
        [0, 'receive', 'fragments'],
        [1, 'transmit', 'compressed'],
      ],
    )
    assert.equal(frames[0]?.at, 1_700_000_000_001.25)
  })

  test('of Chrome may have other requests and its own errors in it', () => {
    const messages = [
      { type: 'send', time: 1, opcode: 1, data: 'x' },
      { type: 'error', time: 2, opcode: -1, data: 'net::ERR' },
      { type: 'receive', time: 3, opcode: 9, data: '' },
    ]
    const { frames, notes } = fromHar(har({ _webSocketMessages: messages }), importPorts)
    assert.equal(frames.length, 1)
    assert.deepEqual(notes, [
      'WebSocket 1 of the HAR: an error of the browser was left out',
      'WebSocket 1 of the HAR: a frame with opcode 9 was left out, which is no message',
    ])
  })

  test('says that not all of its messages are whole', () => {
    const { notes } = fromHar(har({ comment: '1 of 2 messages were cut' }), importPorts)
    assert.deepEqual(notes, ['WebSocket 1 of the HAR: 1 of 2 messages were cut'])
  })

  for (const [what, json, complaint] of [
    ['something else', { a: 1 }, /^the file: expected a HAR with log\.entries, got object$/],
    ['null', null, /^the file: expected a HAR/],
    ['a date that is none', har({ startedDateTime: 'x' }), /startedDateTime: expected a date/],
    [
      'messages that are none',
      har({ _webSocketMessages: {} }),
      /_webSocketMessages: expected a list/,
    ],
    ['a message that is none', har({ _webSocketMessages: [1] }), /message 1: expected an object/],
    ['bytes that are none', harOfBytes('A==='), /data: expected base64, got string$/],
    ['bytes with a hole', harOfBytes('AAAA\u0000AAA'), /data: expected base64/],
  ] as const) {
    test(`with ${what} is refused`, () => {
      refuses(() => fromHar(json, importPorts), 'ERR_IMPORT_FORMAT', complaint)
    })
  }

  test('without a WebSocket is refused', () => {
    const json = { log: { entries: [{ request: { url: 'https://a.example/' } }] } }
    refuses(() => fromHar(json, importPorts), 'ERR_IMPORT_EMPTY', /none of the entries/)
  })
})

suite('whatever a file says', () => {
  test('it is a session or an error with a code, and a session can be written', () => {
    const broken = fc.tuple(recordings, fc.infiniteStream(fc.nat()), fc.jsonValue())
    fc.assert(
      fc.property(broken, fc.boolean(), ([recording, numbers, junk], asHar) => {
        const pick = (most: number): number => numbers.next().value! % most
        const change = (value: unknown): unknown => damaged(value, pick, junk)
        const imported = outcome(() =>
          asHar
            ? fromHar(change(harOf(recording)), importPorts)
            : fromJsonLines(
                [...toJsonLines(recording, ports)].map((line) =>
                  pick(4) > 0 ? line : JSON.stringify(change(JSON.parse(line))),
                ),
                importPorts,
              ),
        )
        if (!imported) return
        toHar(imported, creator, ports)
        void [...toJsonLines(imported, ports)]
      }),
      { numRuns: 300 },
    )
  })

  test('or a name that objects have anyway', () => {
    const line =
      '{"type":"open","connection":0,"at":0,"role":"client","url":"","__proto__":{"at":1}}'
    const { connections } = fromJsonLines([line], importPorts)
    assert.equal(connections[0]?.openedAt, 0)
    refuses(
      () => fromJsonLines(['{"__proto__":{"type":"open"}}'], importPorts),
      'ERR_IMPORT_FORMAT',
      /line 1, type: expected open or frame or close, got nothing/,
    )
  })
})

/** With something replaced or taken away somewhere inside. */
function damaged(value: unknown, pick: (most: number) => number, junk: unknown): unknown {
  if (typeof value !== 'object' || value === null || pick(8) === 0) return junk
  const names = Object.keys(value)
  const name = names[pick(Math.max(1, names.length))]
  if (name === undefined) return junk
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  if (pick(4) === 0) delete copy[name]
  else copy[name] = damaged(copy[name], pick, junk)
  return copy
}

function outcome(read: () => Imported): Imported | undefined {
  try {
    return read()
  } catch (error) {
    assert.ok(error instanceof TidewireError, String(error))
    assert.match(error.code, /^ERR_IMPORT_(FORMAT|EMPTY)$/)
    return undefined
  }
}

function refuses(read: () => Imported, code: string, complaint: RegExp): void {
  assert.throws(read, (error: Error) => {
    assert.ok(error instanceof TidewireError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, complaint)
    assert.doesNotMatch(error.message, /hunter2/)
    return true
  })
}

function open(changes: object = {}): string {
  const line = { type: 'open', connection: 0, at: 0, role: 'client', url: 'ws://a.example/' }
  return JSON.stringify({ ...line, ...changes })
}

function har(changes: object): unknown {
  const request = { method: 'GET', url: 'ws://a.example/', headers: [] }
  const entry = { startedDateTime: '2026-01-01T00:00:00Z', request, ...changes }
  return { log: { entries: [{ request: { url: 'https://a.example/' } }, entry] } }
}

function harOfBytes(data: string): unknown {
  return har({ _webSocketMessages: [{ type: 'send', time: 1, opcode: 2, data }] })
}

suite('a saved session', () => {
  test('is read whichever it is, also where it is one line', () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const lines = [...toJsonLines(recording, ports)]
        fc.pre(lines.length > 0)
        const read = fromSaved(lines.join('\n'), importPorts)
        assert.deepEqual(read, fromJsonLines(lines, importPorts))
      }),
    )
    const file = harOf(recorded())
    assert.deepEqual(fromSaved(JSON.stringify(file), importPorts), fromHar(file, importPorts))
  })

  for (const text of ['', 'text', 'null', '[]', '{}', '{"type":"frame"}']) {
    test(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(() => fromSaved(text, importPorts), TidewireError)
    })
  }
})

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  array,
  assert as check,
  boolean,
  constantFrom,
  integer,
  nat,
  oneof,
  property,
  record,
} from 'fast-check'
import { OptionError } from '../../../dist/errors/index.js'
import {
  type ConnectionRecorder,
  type FrameRecord,
  Recording,
  type RecordingEvent,
  type RecordingOptions,
} from '../../../dist/inspect/index.js'
import { inflateWhole } from '../../../dist/node/inflate-whole.js'
import { binary, compressed, deflated, facts, frame, key, text } from './frames.ts'

function string(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString()
}

function begun(
  options: RecordingOptions = {},
  changes = {},
): { recording: Recording; recorder: ConnectionRecorder; frames: () => FrameRecord[] } {
  const recording = new Recording(options, inflateWhole)
  const recorder = recording.open(facts(changes))
  return { recording, recorder, frames: () => [...recording.frames] }
}

const close = {
  at: 1_700_000_001_000,
  code: 1000,
  reason: '',
  wasClean: true,
  trigger: 'close-frame',
  by: 'remote',
  diagnosis: 'The peer closed.',
} as const

suite('a frame is recorded', () => {
  test('with what was on the wire, unmasked, and the message it makes', () => {
    const { recorder, frames } = begun()
    recorder.read('receive', frame({ opcode: text, payload: 'hello', key }), 5)
    recorder.read('transmit', frame({ opcode: binary, payload: Uint8Array.of(1, 2) }), 7.5)
    const [one, other] = frames()
    const { payload, message, ...rest } = one!
    assert.deepEqual(rest, {
      number: 0,
      connection: 0,
      at: 5,
      direction: 'receive',
      fin: true,
      rsv: 0,
      opcode: text,
      maskKey: 0x01020304,
      length: 5,
      rtt: undefined,
      inMessage: 0,
      topic: undefined,
    })
    assert.equal(string(payload), 'hello')
    assert.equal(string(message?.payload), 'hello')
    assert.equal(message?.length, 5)
    assert.deepEqual([other?.at, other?.direction, other?.maskKey], [7.5, 'transmit', undefined])
    assert.deepEqual([...(other?.payload ?? [])], [1, 2])
  })

  test('however its bytes are split, and they are left as they were', () => {
    const whole = frame({ opcode: text, payload: 'x'.repeat(300), key })
    const before = whole.slice()
    for (let at = 1; at < whole.length; at++) {
      const { recorder, frames } = begun()
      recorder.read('receive', whole.subarray(0, at), 1)
      assert.deepEqual(frames(), [])
      recorder.read('receive', whole.subarray(at), 2)
      assert.equal(string(frames()[0]?.payload), 'x'.repeat(300))
    }
    assert.deepEqual(whole, before)
  })

  test('with the message that its fragments make', () => {
    const { recorder, frames } = begun()
    recorder.read('transmit', frame({ opcode: text, payload: 'hel', fin: false }), 1)
    assert.equal(frames()[0]?.message, undefined)
    recorder.read('transmit', frame({ opcode: 9, payload: 'p' }), 2)
    recorder.read('transmit', frame({ opcode: 0, payload: 'lo' }), 3)
    const [first, ping, last] = frames()
    assert.deepEqual([first?.inMessage, ping?.inMessage, last?.inMessage], [0, undefined, 0])
    assert.equal(ping?.message, undefined)
    const { payload, ...message } = last!.message!
    assert.equal(string(payload), 'hello')
    assert.deepEqual(message, {
      number: 0,
      opcode: text,
      compressed: false,
      frames: 2,
      wireLength: 5,
      length: 5,
      redacted: false,
    })
    assert.equal(string(last?.payload), 'lo')
  })

  test('a pong with the time since its ping, whoever sent it', () => {
    const { recording, recorder, frames } = begun()
    recorder.read('transmit', frame({ opcode: 9, payload: 'a' }), 10)
    recorder.read('receive', frame({ opcode: 9, payload: 'a', key }), 11)
    recorder.read('receive', frame({ opcode: 10, payload: 'a', key }), 14)
    recorder.read('transmit', frame({ opcode: 10, payload: 'a' }), 16)
    recorder.read('receive', frame({ opcode: 10, payload: 'nobody asked', key }), 20)
    assert.deepEqual(
      frames().map(({ rtt }) => rtt),
      [undefined, undefined, 4, 5, undefined],
    )
    assert.equal(recording.connections[0]?.rtt, 5)
  })

  test('until its bytes are no frames', () => {
    const { recording, recorder, frames } = begun()
    recorder.read('receive', frame({ opcode: text, payload: 'a', key }), 1)
    recorder.read('receive', frame({ opcode: text, payload: 'not masked' }), 2)
    recorder.read('receive', frame({ opcode: text, payload: 'b', key }), 3)
    assert.equal(frames().length, 1)
    assert.match(recording.connections[0]?.unreadable ?? '', /^receive: a client must mask/)
  })
})

suite('a compressed message is recorded', () => {
  test('inflated, each with what came before it', () => {
    const { recorder, frames } = begun({}, deflated())
    const messages = ['hello hello hello', 'hello hello', 'x'.repeat(70_000), 'xxxx hello']
    let window = ''
    for (const message of messages) {
      const payload = compressed(message, window)
      recorder.read('receive', frame({ opcode: text, payload, rsv: 4, key }), 1)
      window = (window + message).slice(-32_768)
    }
    assert.deepEqual(
      frames().map(({ message }) => message?.length),
      messages.map(({ length }) => length),
    )
    assert.equal(string(frames()[3]?.message?.payload), 'xxxx hello')
    assert.equal(frames()[1]?.message?.compressed, true)
    assert.ok(frames()[2]!.length < 200)
    assert.equal(frames()[2]?.message?.wireLength, frames()[2]?.length)
  })

  test('each by itself where the window is not kept', () => {
    const { recorder, frames } = begun({}, deflated('; client_no_context_takeover'))
    const broken = frame({ opcode: text, payload: Uint8Array.of(7, 7), rsv: 4, key })
    recorder.read('receive', broken, 1)
    recorder.read('receive', frame({ opcode: text, payload: compressed('a'), rsv: 4, key }), 2)
    assert.deepEqual(
      frames().map(({ message }) => [message?.length, string(message?.payload)]),
      [
        [undefined, undefined],
        [1, 'a'],
      ],
    )
  })

  test('as it is from the one on that cannot be inflated', () => {
    const { recorder, frames } = begun({}, deflated())
    const broken = frame({ opcode: text, payload: Uint8Array.of(7, 7), rsv: 4, key })
    recorder.read('receive', broken, 1)
    recorder.read('receive', frame({ opcode: text, payload: compressed('a'), rsv: 4, key }), 2)
    assert.deepEqual(
      frames().map(({ message }) => message?.length),
      [undefined, undefined],
    )
    assert.equal(frames()[1]?.payload?.length, compressed('a').length)
  })
})

suite('what is kept is bounded', () => {
  test('in frames: the oldest make room', () => {
    const { recording, recorder, frames } = begun({ frames: 100 })
    for (let at = 0; at < 1000; at++) recorder.read('transmit', frame({ opcode: text }), at)
    assert.deepEqual(
      frames().map(({ number }) => number),
      Array.from({ length: 100 }, (_, at) => 900 + at),
    )
    assert.equal(recording.frame(899), undefined)
    assert.equal(recording.frame(950)?.at, 950)
    assert.equal(recording.frame(1000), undefined)
    assert.equal(recording.usage.dropped, 900)
    assert.equal(recording.connections[0]?.transmitted.frames, 1000)
  })

  test('in bytes', () => {
    const { recording, recorder, frames } = begun({ bytes: 10_000 })
    const payload = 'x'.repeat(1000)
    for (let at = 0; at < 100; at++) {
      recorder.read('transmit', frame({ opcode: text, payload }), at)
      assert.ok(recording.usage.bytes <= 10_000)
    }
    assert.ok(frames().length >= 5)
    assert.equal(frames().at(-1)?.number, 99)
  })

  for (const options of [{ frames: 700 }, { bytes: 1_500_000 }, { frames: 1, bytes: 1024 }]) {
    test(`to the latest, whatever their sizes (${JSON.stringify(options)})`, () => {
      const { recording, recorder, frames } = begun(options)
      const sizes = [0, 1, 64, 125, 126, 1000, 5000, 70_000, 3, 64, 64, 100_000]
      const cut = recording.limits.payload
      const payloadOf = (number: number): Uint8Array =>
        new Uint8Array(sizes[(number * 7) % sizes.length]!).fill(number)
      for (let number = 0; number < 3000;) {
        // As many as a read may bring at once.
        const count = 1 + (number % 90)
        const numbers = Array.from({ length: count }, (_, at) => number + at)
        const whole = numbers.map((one) => frame({ opcode: binary, payload: payloadOf(one), key }))
        recorder.read('receive', Buffer.concat(whole), number)
        number += count
        const { oldest, next } = recording.span
        assert.equal(next, number)
        assert.ok(next - oldest <= recording.limits.frames)
        assert.ok(recording.usage.bytes <= recording.limits.bytes + 100_000)
        for (const one of [oldest, next - 1, Math.floor((oldest + next) / 2)]) {
          const payload = recording.frame(one)?.payload
          assert.deepEqual(payload, payloadOf(one).subarray(0, cut))
        }
      }
      const kept = frames()
      assert.ok(kept.length >= Math.min(recording.limits.frames, 30) || options.bytes === 1024)
      for (const { number, payload, length, maskKey, message, inMessage } of kept) {
        const wanted = payloadOf(number)
        assert.deepEqual([length, maskKey, inMessage], [wanted.length, 0x01020304, number])
        assert.deepEqual(payload, wanted.subarray(0, cut))
        assert.equal(message?.number, number)
      }
    })
  }

  test('in as many bytes as can be asked for', () => {
    for (const bytes of [2 ** 31, 2 ** 32]) {
      const { recorder, frames } = begun({ bytes })
      for (const payload of ['a', 'b'.repeat(1000), 'c'.repeat(100_000)]) {
        recorder.read('receive', frame({ opcode: text, payload, key }), 1)
      }
      assert.deepEqual(
        frames().map(({ payload }) => payload?.length),
        [1, 1000, 65_536],
      )
    }
  })

  test('in bytes of a payload, of frames and of messages, and only those stay in memory', () => {
    const { recorder, frames } = begun({ payload: 4 })
    recorder.read('transmit', frame({ opcode: text, payload: 'x'.repeat(1000) }), 1)
    recorder.read('transmit', frame({ opcode: text, payload: 'hel', fin: false }), 1)
    recorder.read('transmit', frame({ opcode: 0, payload: 'lo there' }), 1)
    const [long, , last] = frames()
    assert.deepEqual([long?.length, string(long?.payload)], [1000, 'xxxx'])
    assert.deepEqual([long?.message?.length, string(long?.message?.payload)], [1000, 'xxxx'])
    assert.deepEqual([last?.message?.length, string(last?.message?.payload)], [11, 'hell'])
    for (const { payload } of frames()) assert.equal(payload?.buffer.byteLength, payload?.length)
  })

  test('in connections that are over', () => {
    const recording = new Recording({ connections: 2 })
    for (let at = 0; at < 5; at++) recording.open(facts()).closed(close)
    recording.open(facts())
    assert.deepEqual(
      recording.connections.map(({ id, closed }) => [id, closed?.code]),
      [
        [3, 1000],
        [4, 1000],
        [5, undefined],
      ],
    )
  })

  for (const [option, value] of [
    ['frames', 0],
    ['bytes', 1.5],
    ['payload', -1],
    ['connections', Number.NaN],
  ] as const) {
    test(`${option}: ${value} is refused`, () => {
      assert.throws(() => new Recording({ [option]: value }), OptionError)
    })
  }
})

suite('secrets are taken out before anything is stored:', () => {
  test('headers, and what the URL says', () => {
    const { recording } = begun({ redact: { fields: ['token'] } })
    const [connection] = recording.connections
    assert.equal(connection?.url, 'ws://server.example/chat?a=1&token=[redacted]')
    assert.equal(connection?.request?.line, 'GET /chat?a=1&token=[redacted] HTTP/1.1')
    assert.deepEqual(connection?.request?.fields[1], ['Cookie', '[redacted]'])
    assert.equal(connection?.request?.fields[2]?.[1], 'dGhlIHNhbXBsZSBub25jZQ==')
  })

  test('headers by the names that are given', () => {
    const { recording } = begun({ redact: { headers: ['SEC-websocket-key'] } })
    assert.deepEqual(
      recording.connections[0]?.request?.fields.map(([, value]) => value),
      ['server.example', 'session=secret', '[redacted]'],
    )
  })

  const rows: readonly (readonly [what: string, message: string, expected: string])[] = [
    ['a string', '{"a":1,"pin":"secret","b":2}', '{"a":1,"pin":"[redacted]","b":2}'],
    ['a number', '{"pin": 1234}', '{"pin": "[redacted]"}'],
    ['an object', '{"pin":{"x":"}]","y":[{}]},"b":2}', '{"pin":"[redacted]","b":2}'],
    ['a list, deeper down', '[{"x":[{"pin":["a","b"]}]}]', '[{"x":[{"pin":"[redacted]"}]}]'],
    ['a quote inside', String.raw`{"pin":"a\"b\\","b":2}`, '{"pin":"[redacted]","b":2}'],
    ['twice', '{"pin":"a","x":{"pin":"b"}}', '{"pin":"[redacted]","x":{"pin":"[redacted]"}}'],
    ['other text around it', '42["login",{"pin":"a"}]', '42["login",{"pin":"[redacted]"}]'],
    ['cut off', '{"a":1,"pin":"secr', '{"a":1,"pin":"[redacted]"'],
    ['cut off inside', '{"pin":{"a":"b', '{"pin":"[redacted]"'],
    ['an escape in the name', String.raw`{"p\u0069n":"a"}`, String.raw`{"p\u0069n":"[redacted]"}`],
    ['a name beyond ASCII', '{"größe":"a","x":"ü"}', '{"größe":"[redacted]","x":"ü"}'],
    [
      'the same, escaped',
      String.raw`{"gr\u00f6\u00dfe":1}`,
      String.raw`{"gr\u00f6\u00dfe":"[redacted]"}`,
    ],
    ['a lone surrogate in a name', String.raw`{"\ud800":1}`, String.raw`{"\ud800":1}`],
    ['a value of that name', '{"x":"pin","y":"a"}', '{"x":"pin","y":"a"}'],
    ['another name', '{"pins":"a"}', '{"pins":"a"}'],
    ['no JSON', 'pin: "a"', 'pin: "a"'],
  ]
  for (const [what, message, expected] of rows) {
    test(`a field of a message: ${what}`, () => {
      const { recorder, frames } = begun({ redact: { fields: ['pin', 'größe'] } })
      recorder.read('receive', frame({ opcode: text, payload: message, key }), 1)
      const [one] = frames()
      assert.equal(string(one?.message?.payload), expected)
      assert.equal(one?.message?.redacted, message !== expected)
      assert.equal(string(one?.payload), message === expected ? message : undefined)
    })
  }

  test('also in fragments, and in what was compressed', () => {
    const { recording, recorder, frames } = begun({ redact: { fields: ['pin'] } }, deflated())
    recorder.read('receive', frame({ opcode: text, payload: '{"pi', fin: false, key }), 1)
    recorder.read('receive', frame({ opcode: 0, payload: 'n":"secret"}', key }), 1)
    const payload = compressed('{"pin":"secret"}')
    recorder.read('receive', frame({ opcode: text, payload, rsv: 4, key }), 1)
    assert.deepEqual(
      frames().map((one) => one.payload),
      [undefined, undefined, undefined],
    )
    assert.deepEqual(
      frames().map(({ message }) => string(message?.payload)),
      [undefined, '{"pin":"[redacted]"}', '{"pin":"[redacted]"}'],
    )
    assert.ok(!JSON.stringify([...recording.frames]).includes('secret'))
  })
})

test('who listens is told what happens, until it has heard enough', () => {
  const recording = new Recording()
  const events: RecordingEvent[] = []
  const stop = recording.listen((event) => events.push(event))
  const recorder = recording.open(facts())
  recorder.read('transmit', frame({ opcode: text }), 1)
  recorder.closed(close)
  recorder.closed(close)
  stop()
  recording.open(facts())
  assert.deepEqual(
    events.map(({ event }) => event),
    ['opened', 'frame', 'closed'],
  )
  assert.deepEqual(recording.connection(0)?.closed, close)
})

test('who listens may forget all frames, in the middle of what came at once', () => {
  const { recording, recorder, frames } = begun()
  const heard: (string | undefined)[] = []
  recording.listen((event) => {
    if (event.event !== 'frame') return
    heard.push(string(event.frame.payload))
    if (heard.length === 2) recording.clear()
  })
  const payloads = ['one', 'two', 'three', 'four']
  const bytes = payloads.map((payload) => frame({ opcode: text, payload, key }))
  recorder.read('receive', Buffer.concat(bytes), 1)
  recorder.read('receive', frame({ opcode: text, payload: 'x'.repeat(100), key }), 2)
  assert.deepEqual(heard, [...payloads, 'x'.repeat(100)])
  assert.deepEqual(
    frames().map(({ number, payload }) => [number, string(payload)]),
    [
      [2, 'three'],
      [3, 'four'],
      [4, 'x'.repeat(100)],
    ],
  )
})

test('messages that were looked into for secrets keep their own payloads', () => {
  const { recorder, frames } = begun({ redact: { fields: ['password'] } })
  for (const payload of ['one', 'two', 'three']) {
    recorder.read('receive', frame({ opcode: text, payload, key }), 1)
  }
  assert.deepEqual(
    frames().map(({ message }) => string(message?.payload)),
    ['one', 'two', 'three'],
  )
})

suite('a recording can be told', () => {
  test('to keep nothing for a while, and counts on', () => {
    const { recording, recorder, frames } = begun()
    recording.paused = true
    recorder.read('receive', frame({ opcode: text, payload: 'unkept', key }), 1)
    recorder.flow('full', 9, 2)
    recording.paused = false
    recorder.read('receive', frame({ opcode: text, payload: 'kept', key }), 3)
    assert.deepEqual(
      frames().map(({ number, payload }) => [number, string(payload)]),
      [[0, 'kept']],
    )
    assert.equal(recorder.connection.received.frames, 2)
    assert.deepEqual(recording.flows, [])
  })

  test('to forget everything but the connections that are open', () => {
    const { recording, recorder, frames } = begun()
    const other = recording.open(facts())
    recorder.read('receive', frame({ opcode: text, payload: 'old', key }), 1)
    recorder.flow('full', 9, 2)
    other.closed(close)
    recording.clear()
    assert.deepEqual([frames(), recording.flows, recording.flowsGone], [[], [], 1])
    assert.deepEqual(
      recording.connections.map(({ id }) => id),
      [0],
    )
    assert.equal(recording.usage.bytes, 0)
    recorder.read('receive', frame({ opcode: text, payload: 'new', key }), 3)
    assert.deepEqual(recording.span, { oldest: 1, next: 2 })
    assert.equal(string(frames()[0]?.payload), 'new')
  })

  test('what waits in a connection, and for whom', () => {
    const { recording, recorder } = begun()
    recorder.flow('full', 1000, 1)
    recorder.flow('paused', 1000, 2)
    assert.deepEqual(recorder.connection.flow, { bufferedAmount: 1000, full: true, paused: true })
    recorder.flow('drained', 0, 3)
    recorder.flow('resumed', 0, 4)
    assert.deepEqual(recorder.connection.flow, { bufferedAmount: 0, full: false, paused: false })
    assert.deepEqual(
      recording.flows.map(({ event, at }) => [event, at]),
      [
        ['full', 1],
        ['paused', 2],
        ['drained', 3],
        ['resumed', 4],
      ],
    )
  })

  test('which messages were published, by where they begin', () => {
    const { recorder, frames } = begun()
    const direct = frame({ opcode: text, payload: 'direct' })
    const published = frame({ opcode: text, payload: 'published' })
    recorder.published('news', direct.length)
    recorder.published('more', direct.length + published.length)
    const bytes = Buffer.concat([direct, published, published, direct])
    recorder.read('transmit', bytes.subarray(0, direct.length + 1), 1)
    recorder.read('transmit', bytes.subarray(direct.length + 1), 2)
    assert.deepEqual(
      frames().map(({ topic }) => topic),
      [undefined, 'news', 'more', undefined],
    )
  })
})

suite('however its bytes are split', () => {
  const one = record({
    opcode: constantFrom(0, 1, 2, 8, 9, 10),
    fin: boolean(),
    rsv: constantFrom(0, 0, 0, 4),
    size: oneof(integer({ min: 0, max: 130 }), constantFrom(125, 126, 300)),
  })

  for (const direction of ['receive', 'transmit'] as const) {
    test(`a direction (${direction}) is recorded the same`, () => {
      check(sameHowever(direction), { numRuns: 300 })
    })
  }

  /** Byte by byte nothing is read by a short way. */
  function sameHowever(direction: 'receive' | 'transmit'): ReturnType<typeof property> {
    return property(array(one, { maxLength: 12 }), array(nat()), (all, splits) => {
      const frames = all.map(({ opcode, fin, rsv, size }, at) => {
        const payload = Uint8Array.from(
          { length: opcode > 7 ? size % 126 : size },
          (_, i) => i + at,
        )
        const written = { opcode, payload, rsv: opcode === 1 || opcode === 2 ? rsv : 0 }
        const whole = { ...written, fin: opcode > 7 || fin }
        return frame(direction === 'receive' ? { ...whole, key } : whole)
      })
      const bytes = Buffer.concat(frames)
      const split = [...splits.map((each) => each % (bytes.length + 1)), bytes.length]
      const some = recordedIn(
        direction,
        bytes,
        split.toSorted((a, b) => a - b),
      )
      const each = recordedIn(
        direction,
        bytes,
        Array.from(bytes, (_, at) => at + 1),
      )
      assert.deepEqual(some, each)
    })
  }

  function recordedIn(
    direction: 'receive' | 'transmit',
    bytes: Uint8Array,
    ends: readonly number[],
  ): unknown {
    const { recorder, frames } = begun({ payload: 100, bytes: 4000 })
    const before = bytes.slice()
    let start = 0
    for (const end of ends) {
      recorder.read(direction, bytes.subarray(start, end), 1)
      start = end
    }
    assert.deepEqual(bytes.slice(), before)
    const { received, transmitted } = recorder.connection
    return { frames: frames(), received, transmitted }
  }
})

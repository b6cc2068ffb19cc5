import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import zlib from 'node:zlib'
import * as fc from 'fast-check'
import type { DeflateJob, Inflated, InflateJob } from '../../dist/core/index.js'
import { ZlibCompression } from '../../dist/node/compression.js'
import { isOn } from '../../dist/node/fast-paths.js'
import { takesDictionary } from '../../dist/node/preset-dictionary.js'
import { SmallDeflate } from '../../dist/node/small-deflate.js'
import { encodeUtf8, seededRandom } from '../../dist/testing/index.js'
import { naiveInflate } from './naive-inflate.ts'

/** A test is one turn, whatever it inflates. */
const compression = new ZlibCompression(Infinity)

const plainJob: DeflateJob = { windowBits: 15, level: 6, memoryLevel: 8, dictionary: undefined }
const anyJob: InflateJob = {
  windowBits: 15,
  dictionary: undefined,
  limit: 1 << 20,
  later: false,
}
const tail = Uint8Array.of(0, 0, 0xff, 0xff)

/** The result, and whether it was there when the call returned. */
async function outcomeOf<Result>(
  call: (done: (result: Result) => void) => void,
): Promise<{ result: Result; atOnce: boolean }> {
  let returned = false
  return await new Promise((resolve) => {
    call((result) => resolve({ result, atOnce: !returned }))
    returned = true
  })
}

const deflate = (bytes: Uint8Array, job: Partial<DeflateJob> = {}) =>
  outcomeOf<Uint8Array>((done) => compression.deflate(bytes, { ...plainJob, ...job }, done))
const inflate = (bytes: Uint8Array, job: Partial<InflateJob> = {}) =>
  outcomeOf<Inflated>((done) => compression.inflate(bytes, { ...anyJob, ...job }, done))
const now = (bytes: Uint8Array, job: Partial<DeflateJob> = {}): Uint8Array =>
  compression.deflateNow(bytes, { ...plainJob, ...job })
const final = (bytes: Uint8Array): Uint8Array => new Uint8Array(zlib.deflateRawSync(bytes))

const noise = (length: number, seed = 1): Uint8Array => seededRandom(seed)(length)
const lines = (length: number): Uint8Array =>
  encodeUtf8(Array.from({ length }, (_, i) => `{"n":${i * 7919},"tide":"high"}`).join('')).subarray(
    0,
    length,
  )

describe('deflating', () => {
  test('is done at once up to 16 KiB, and later beyond', async () => {
    for (const [length, atOnce] of [
      [0, true],
      [1, true],
      [16_384, true],
      [16_385, false],
      [100_000, false],
    ] as const) {
      const bytes = lines(length)
      const deflated = await deflate(bytes)
      assert.equal(deflated.atOnce, atOnce, `${length}`)
      assert.deepEqual(deflated.result, now(bytes))
    }
  })

  test('leaves the tail off, at any size and however much there is in zlib’s buffers', () => {
    // Where the output fills zlib's buffer of 16 KiB to the last bytes, there may be two flushes.
    for (let length = 16_300; length < 16_400; length++) {
      const bytes = noise(length)
      const inflated = zlib.inflateRawSync(Buffer.concat([now(bytes), tail]), {
        finishFlush: zlib.constants.Z_SYNC_FLUSH,
      })
      assert.deepEqual(new Uint8Array(inflated), bytes)
    }
  })

  test('without zlib where no level is given, up to 1 KiB, unless there is a dictionary', async () => {
    const none = { level: undefined, memoryLevel: undefined }
    const rows: [length: number, job: Partial<DeflateJob>, bySmall: boolean][] = [
      [0, none, true],
      [600, none, true],
      [1024, { ...none, windowBits: 8 }, true],
      [1025, none, false],
      [600, { ...none, level: 6 }, false],
      [600, { ...none, memoryLevel: 8 }, false],
      [600, { ...none, dictionary: lines(10) }, false],
    ]
    for (const [length, job, bySmall] of rows) {
      const bytes = lines(length)
      const { result, atOnce } = await deflate(bytes, job)
      const small = bySmall && isOn('small-deflate')
      const { windowBits = 15 } = job
      const expected = small ? new SmallDeflate().deflate(bytes, windowBits) : now(bytes, job)
      assert.deepEqual(result, expected, `${length} bytes`)
      assert.ok(atOnce)
    }
  })

  test('for many is done by zlib, whatever the size', () => {
    const none = { level: undefined, memoryLevel: undefined }
    assert.deepEqual(now(lines(600), none), now(lines(600)))
    assert.notDeepEqual(now(lines(600), none), new SmallDeflate().deflate(lines(600), 15))
  })

  test('keeps what it is given as it was', async () => {
    for (const length of [100, 100_000]) {
      const bytes = lines(length)
      const dictionary = lines(500)
      await deflate(bytes, { dictionary })
      assert.deepEqual([bytes, dictionary], [lines(length), lines(500)])
    }
  })

  test('refers back no further than the window, 8 bits too, which zlib itself inflates', async () => {
    for (let windowBits = 8; windowBits <= 15; windowBits++) {
      for (const level of [1, 6, 9]) {
        for (const memoryLevel of [1, 9]) {
          const window = 2 ** windowBits
          const dictionary = lines(window)
          const bytes = lines(2000)
          const deflated = now(bytes, { windowBits, level, memoryLevel, dictionary })
          const naive = naiveInflate(deflated, dictionary)
          assert.deepEqual(naive.bytes, bytes)
          assert.ok(naive.farthest <= window, `${naive.farthest} back, at ${windowBits} bits`)
          assert.ok(naive.farthest > window / 4 || windowBits > 12)
          const inflated = zlib.inflateRawSync(Buffer.concat([deflated, tail]), {
            finishFlush: zlib.constants.Z_SYNC_FLUSH,
            windowBits,
            dictionary,
          })
          assert.deepEqual(new Uint8Array(inflated), bytes)
          const { result } = await inflate(deflated, { windowBits, dictionary })
          assert.deepEqual(result, bytes)
        }
      }
    }
  })

  test('that goes wrong gives the bytes as they are, at once or later', async () => {
    const job = { memoryLevel: 99 }
    for (const length of [10, 16_384]) {
      const bytes = lines(length)
      assert.equal((await deflate(bytes, job)).result, bytes)
      assert.equal(now(bytes, job), bytes)
    }
  })
})

describe('inflating', () => {
  test('is done at once where neither input nor result can be large, and later beyond', async () => {
    const rows: [bytes: Uint8Array, limit: number, atOnce: boolean][] = [
      [lines(100), 1 << 29, true],
      [lines(20_000), 4 << 20, true],
      [noise(32_700), 4 << 20, true],
      [noise(32_768), 4 << 20, false],
      [noise(5000), (4 << 20) + 1, false],
      [noise(4000), 1 << 29, true],
      [noise(4100), 1 << 29, false],
    ]
    for (const [bytes, limit, atOnce] of rows) {
      const inflated = await inflate(now(bytes), { limit })
      assert.equal(inflated.atOnce, atOnce, `${bytes.length} bytes, at most ${limit}`)
      assert.deepEqual(inflated.result, bytes)
    }
  })

  test('is done later when the job says so, whatever the size', async () => {
    const [bytes, empty] = [lines(100), now(lines(0))]
    assert.deepEqual(await inflate(now(bytes), { later: true }), { result: bytes, atOnce: false })
    assert.equal((await inflate(empty, { later: true })).atOnce, false)
    assert.equal((await inflate(empty.subarray(1), { later: true })).result, 'corrupt')
  })

  describe('at once in one turn', () => {
    /** Which of the payloads are inflated at once, all asked for in one turn. */
    function atOnce(by: ZlibCompression, payloads: Uint8Array[], limit = 1 << 20): boolean[] {
      return payloads.map((payload) => {
        let there = false
        by.inflate(payload, { ...anyJob, limit }, () => (there = true))
        return there
      })
    }
    const bomb = now(new Uint8Array(1 << 20))

    test('makes 2 MiB, and the rest later; the next turn may again', async () => {
      const by = new ZlibCompression()
      const four = [bomb, bomb, bomb, bomb]
      assert.deepEqual(atOnce(by, four), [true, true, false, false])
      assert.deepEqual(atOnce(by, [now(lines(10))]), [false])
      await setImmediate()
      assert.deepEqual(atOnce(by, four), [true, true, false, false])
      await setImmediate()
    })

    test('counts what stops at the limit or is corrupt as the most that it can make', () => {
      for (const payload of [now(new Uint8Array((1 << 20) + 1)), bomb.subarray(0, -1)]) {
        const three = [payload, payload, payload]
        assert.deepEqual(atOnce(new ZlibCompression(), three), [true, true, false])
      }
    })

    test('counts a long input for what it may take, and makes little of it', () => {
      const payload = new Uint8Array(
        Buffer.concat([emptyBlocks.subarray(0, 20_000), now(lines(9))]),
      )
      const three = [payload, payload, payload]
      assert.deepEqual(atOnce(new ZlibCompression(), three), [true, true, false])
    })

    test('does not count what is small', () => {
      const by = new ZlibCompression()
      const small = [now(lines(16_384)), now(noise(4000)), now(lines(1))]
      const many = Array.from({ length: 300 }, (_, i) => small[i % 3]!)
      assert.ok(atOnce(by, many).every(Boolean))
      assert.deepEqual(atOnce(by, [bomb, bomb, bomb]), [true, true, false])
    })
  })

  test('takes streams with final blocks, at once or later, and what they refer to', async () => {
    const dictionary = lines(400)
    for (const size of [50, 40_000]) {
      const [a, b, c] = [noise(size), lines(size), noise(size, 2)]
      const payload = Buffer.concat([
        zlib.deflateRawSync(a, { dictionary }),
        zlib.deflateRawSync(b, { dictionary: Buffer.concat([dictionary, a]).subarray(-32_768) }),
        now(c, { dictionary: Buffer.concat([a, b]).subarray(-32_768) }),
      ])
      const { result, atOnce } = await inflate(payload, { dictionary })
      assert.equal(atOnce, size === 50)
      assert.deepEqual(result, new Uint8Array(Buffer.concat([a, b, c])))
    }
  })

  test('takes up to 64 streams, and refuses more', async () => {
    const streams = (count: number): Uint8Array =>
      new Uint8Array(Buffer.concat(Array.from({ length: count }, () => final(lines(3)))))
    for (const padding of [0, 40_000]) {
      const most = padding ? 62 : 63
      const first = padding ? final(noise(padding)) : new Uint8Array(0)
      const expected = padding + 3 * most
      const { result } = await inflate(Buffer.concat([first, streams(most), now(lines(0))]))
      assert.equal((result as Uint8Array).length, expected)
      for (const count of [most + 1, 5000]) {
        const many = Buffer.concat([first, streams(count), now(lines(0))])
        assert.equal((await inflate(many)).result, 'corrupt')
      }
    }
  })

  test('takes 64 streams whose last is ended by the tail, and counts no other behind it', async () => {
    // A final stored block without its length, which the tail is: no bytes (RFC 7692 §7.2.2).
    const open = Uint8Array.of(1)
    for (const padding of [0, 40_000]) {
      const first = final(noise(padding))
      const streams = (count: number): Uint8Array =>
        new Uint8Array(Buffer.concat(Array.from({ length: count }, () => final(lines(3)))))
      const most = await inflate(Buffer.concat([first, streams(62), open]))
      assert.equal((most.result as Uint8Array).length, padding + 62 * 3)
      assert.equal(most.atOnce, padding === 0)
      assert.equal((await inflate(Buffer.concat([first, streams(63), open]))).result, 'corrupt')
    }
  })

  test('is not taken in by a stored block that takes the end of the input for its data', async () => {
    const endings = [[0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff], [0, 0, 0xff, 0xff, 3, 0], [...tail]]
    for (const ending of endings) {
      const bytes = Uint8Array.of(7, ...ending)
      for (const payload of [now(bytes), final(bytes), now(bytes, { level: 1 })]) {
        assert.deepEqual((await inflate(payload)).result, bytes)
        const twice = Buffer.concat([final(bytes), payload])
        assert.deepEqual((await inflate(twice)).result, Uint8Array.of(...bytes, ...bytes))
      }
      const { length } = ending
      const stored = Uint8Array.of(1, length, 0, length ^ 0xff, 0xff)
      // What goes beyond the tail is not there (RFC 7692 §7.2.2).
      const whole = length === tail.length
      assert.deepEqual((await inflate(stored)).result, whole ? tail : 'corrupt')
      const after = new Uint8Array(Buffer.concat([final(bytes), stored]))
      assert.equal((await inflate(after)).result === 'corrupt', !whole)
    }
  })

  test('refuses what refers far beyond the window that was agreed on', async () => {
    const once = noise(20_000)
    const bytes = Uint8Array.of(...once, ...once)
    for (const [windowBits, fits] of [
      [8, false],
      [13, false],
      [15, true],
    ] as const) {
      const { result } = await inflate(now(bytes), { windowBits })
      assert.deepEqual(result, fits ? bytes : 'corrupt')
    }
  })

  test('refuses what refers beyond the window to a message before, and lets it pass in one', async () => {
    const before = noise(1000)
    const again = before.subarray(0, 300)
    const dictionary = before.subarray(-512)
    const beyond = now(again, { dictionary: before })
    assert.equal((await inflate(beyond, { windowBits: 9, dictionary })).result, 'corrupt')
    const inOne = Uint8Array.of(...before, ...again)
    assert.deepEqual((await inflate(now(inOne), { windowBits: 9 })).result, inOne)
  })

  test('copies no more than a window for each of many streams', (context) => {
    const first = final(new Uint8Array(1 << 20))
    const payload = Buffer.concat([first, ...Array.from({ length: 62 }, () => final(lines(3)))])
    const concat = context.mock.method(Buffer, 'concat')
    compression.inflate(payload, { ...anyJob, limit: 4 << 20 }, (result) => {
      assert.equal((result as Uint8Array).length, (1 << 20) + 62 * 3)
    })
    const copied = concat.mock.calls.map(({ result }) => result!.length)
    // Once more where the window goes in front of the input.
    const most = takesDictionary ? 63 * 65_536 : 63 * 2 * 65_536
    assert.ok(copied.reduce((sum, length) => sum + length) < most + (2 << 20))
  })

  test('refuses what is cut off, wherever', async () => {
    for (const whole of [
      now(lines(300)),
      now(lines(4), { level: 1 }),
      now(lines(60), { level: 9 }),
    ]) {
      assert.notEqual((await inflate(whole)).result, 'corrupt')
      for (let length = 0; length < whole.length; length++) {
        assert.equal((await inflate(whole.subarray(0, length))).result, 'corrupt')
      }
    }
    const large = now(noise(50_000))
    assert.deepEqual(await inflate(large.subarray(0, 49_999)), { result: 'corrupt', atOnce: false })
  })

  test('stops at the limit, of one stream or of several, at once or later', async () => {
    for (const size of [1, 100, 16_384, 100_000, 3_000_000]) {
      for (const payload of [
        now(new Uint8Array(size)),
        new Uint8Array(Buffer.concat([final(new Uint8Array(size - 1)), now(new Uint8Array(1))])),
        new Uint8Array(Buffer.concat([final(new Uint8Array(size)), now(new Uint8Array(0))])),
        final(new Uint8Array(size)),
      ]) {
        for (const input of [payload, new Uint8Array(Buffer.concat([emptyBlocks, payload]))]) {
          const { result } = await inflate(input, { limit: size })
          assert.equal((result as Uint8Array).length, size)
          if (size === 1) continue
          assert.equal((await inflate(input, { limit: size - 1 })).result, 'too-large')
        }
      }
    }
  })

  test('a bomb makes no more than its limit', async () => {
    const bomb = new Uint8Array(Buffer.concat([final(new Uint8Array(300 << 20)), tail]))
    assert.ok(bomb.length < 320_000)
    for (const [input, limit] of [
      [bomb, 1 << 20],
      [bomb.subarray(0, 4000), 1 << 20],
      [bomb, 8 << 20],
    ] as const) {
      const before = process.memoryUsage().arrayBuffers
      assert.equal((await inflate(input, { limit })).result, 'too-large')
      const grown = process.memoryUsage().arrayBuffers - before
      assert.ok(grown <= limit + (1 << 20), `${grown} bytes`)
    }
  })

  test('gives all of what fills a large buffer of zlib, or nearly, or a little more', async () => {
    const chunk = 256 * 1024
    for (const length of [chunk - 1, chunk, chunk + 1, 2 * chunk]) {
      const bytes = lines(length)
      bytes.set(noise(40_000), 100)
      const payload = now(bytes)
      assert.ok(payload.length > 32_768)
      const { result, atOnce } = await inflate(payload)
      assert.equal(atOnce, false)
      assert.deepEqual(result, bytes)
      assert.equal((await inflate(payload, { limit: length })).result.length, length)
      assert.equal((await inflate(payload, { limit: length - 1 })).result, 'too-large')
    }
  })

  test('a small message keeps no large buffer alive', async () => {
    for (const length of [0, 1, 100, 8000, 40_000]) {
      const { result } = await inflate(now(noise(length)))
      assert.ok((result as Uint8Array).buffer.byteLength <= Math.max(2 * length, 16))
    }
  })

  test('gives a plain Uint8Array, in one stream or several', async () => {
    for (const payload of [now(lines(20_000)), Buffer.concat([final(lines(9)), now(lines(9))])]) {
      const { result } = await inflate(payload)
      assert.equal(Object.getPrototypeOf(result), Uint8Array.prototype)
    }
  })

  function ours(payload: Uint8Array, dictionary?: Uint8Array): Inflated | undefined {
    let result: Inflated | undefined
    compression.inflate(payload, { ...anyJob, dictionary }, (its) => (result = its))
    return result
  }

  function naive(payload: Uint8Array, dictionary?: Uint8Array): Inflated {
    try {
      return naiveInflate(payload, dictionary).bytes
    } catch {
      return 'corrupt'
    }
  }

  const contents = [lines(60), lines(300), noise(40), new Uint8Array(500), new Uint8Array(0)]
  const someStreams = contents.flatMap((bytes) => [
    now(bytes),
    now(bytes, { level: 1 }),
    now(bytes, { dictionary: lines(100) }),
    final(bytes),
    new Uint8Array(zlib.deflateRawSync(bytes, { level: 0 })),
    new Uint8Array(zlib.deflateRawSync(bytes, { strategy: zlib.constants.Z_FIXED })),
  ])

  test('takes and refuses what RFC 1951 does, of any bytes', () => {
    const stream = fc.constantFrom(...someStreams)
    const change = fc.tuple(fc.nat(), fc.nat(255))
    const changed = fc
      .tuple(fc.array(stream, { minLength: 1, maxLength: 3 }), fc.array(change, { maxLength: 2 }))
      .map(([parts, changes]) => {
        const payload = new Uint8Array(Buffer.concat(parts))
        for (const [at, byte] of changes) payload[at % payload.length] = byte
        return payload
      })
    const any = fc.oneof(fc.uint8Array({ maxLength: 30 }), changed, changed)
    const dictionary = fc.constantFrom(undefined, lines(100))
    fc.assert(
      fc.property(any, dictionary, (payload, given) => {
        assert.deepEqual(ours(payload, given), naive(payload, given))
      }),
      { numRuns: 3000 },
    )
    for (const payload of someStreams) {
      for (let length = 0; length < payload.length; length++) {
        const cut = payload.subarray(0, length)
        assert.deepEqual(ours(cut), naive(cut))
      }
    }
  })
})

/** 40 KB that inflate to nothing: an input that is not inflated at once. */
const emptyBlocks = Buffer.concat(
  Array.from({ length: 8000 }, () => [0, ...tail]).map((block) => Buffer.from(block)),
)

describe('what is done in the thread pool', () => {
  /** Runs `act` while the pool's work finishes when told: each call is that of the oldest. */
  async function withHeldPool(act: (started: (() => void)[]) => Promise<void>): Promise<void> {
    const { inflateRaw, deflateRaw } = zlib
    const started: (() => void)[] = []
    const held =
      (work: typeof inflateRaw) =>
      (...[input, options, callback]: [Buffer, zlib.ZlibOptions, zlib.CompressCallback]) => {
        started.push(() => work(input, options, callback))
      }
    try {
      Object.assign(zlib, { inflateRaw: held(inflateRaw), deflateRaw: held(deflateRaw) })
      syncBuiltinESMExports()
      await act(started)
    } finally {
      Object.assign(zlib, { inflateRaw, deflateRaw })
      syncBuiltinESMExports()
    }
  }

  const input = (): Uint8Array => new Uint8Array(Buffer.concat([emptyBlocks, now(lines(10))]))

  async function run(
    limits: readonly number[],
    payload: Uint8Array = input(),
  ): Promise<{ most: number; order: number[]; widest: number }> {
    const order: number[] = []
    let most = 0
    let widest = 0
    await withHeldPool(async (started) => {
      const done = limits.map((limit, i) =>
        inflate(payload, { limit }).then(({ result }) => {
          assert.deepEqual(result, lines(10))
          order.push(i)
        }),
      )
      for (let finished = 0; finished < limits.length; finished++) {
        const running = limits.slice(finished, finished + started.length)
        most = Math.max(
          most,
          running.reduce((sum, limit) => sum + Math.min(limit, payload.length * 1032), 0),
        )
        widest = Math.max(widest, started.length)
        started.shift()!()
        await done[finished]
      }
      assert.equal(started.length, 0)
    })
    return { most, order, widest }
  }

  test('stays within 64 MiB for the whole process; the rest waits, and then runs in order', async () => {
    const { most, order, widest } = await run(Array.from({ length: 20 }, () => 16 << 20))
    assert.deepEqual([most, widest], [64 << 20, 4])
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
  })

  test('counts the state of zlib when it deflates, and all of it comes in order', async () => {
    await withHeldPool(async (started) => {
      const inputs = Array.from({ length: 400 }, (_, i) => lines(17_000 + i))
      const order: number[] = []
      const done = inputs.map((bytes, i) =>
        deflate(bytes).then(({ result }) => {
          assert.deepEqual(result, now(bytes))
          order.push(i)
        }),
      )
      // 128 KiB for the window, 128 KiB for the memory level, and the result.
      assert.equal(started.length, Math.floor((64 << 20) / (262_144 + 17_100)))
      for (let finished = 0; finished < inputs.length; finished++) {
        started.shift()!()
        await done[finished]
      }
      assert.deepEqual(
        order,
        inputs.map((_, i) => i),
      )
    })
  })

  test('counts what it can make, not what it may', async () => {
    const payload = new Uint8Array(Buffer.concat([emptyBlocks.subarray(0, 5000), now(lines(10))]))
    const { widest } = await run(
      Array.from({ length: 20 }, () => 1 << 29),
      payload,
    )
    // 5 KB make at most 5 MB.
    assert.equal(widest, 12)
  })

  test('passes no one who came first: large work is not left waiting by small work', async () => {
    const small = 5 << 20
    const { order, widest } = await run([
      60 << 20,
      ...Array.from({ length: 30 }, () => small),
      60 << 20,
      small,
    ])
    assert.equal(order.length, 33)
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
    assert.ok(widest > 1)
  })

  test('runs alone when it is larger than all', async () => {
    const large = new Uint8Array(Buffer.concat([noiseBlocks, now(lines(10))]))
    const results = await Promise.all([
      inflate(large, { limit: 1 << 29 }),
      inflate(input(), { limit: 16 << 20 }),
      inflate(large, { limit: 1 << 29 }),
    ])
    assert.deepEqual(
      results.map(({ result }) => (result as Uint8Array).length),
      [100_010, 10, 100_010],
    )
  })

  test('gives back what it held when it fails', async () => {
    for (let i = 0; i < 10; i++) {
      const limit = 60 << 20
      const bad = Buffer.concat([emptyBlocks, Uint8Array.of(6)])
      assert.equal((await inflate(bad, { limit })).result, 'corrupt')
      const bomb = Buffer.concat([emptyBlocks, now(new Uint8Array((5 << 20) + 1))])
      assert.equal((await inflate(bomb, { limit: 5 << 20 })).result, 'too-large')
    }
  })
})

const noiseBlocks = final(noise(100_000))

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { CommandError } from '../../dist/cli/command.js'
import { textLines } from '../../dist/cli/text-lines.js'

/** The lines of `bytes` when they come in pieces that end at `cuts`. */
async function linesOf(bytes: Uint8Array, cuts: readonly number[] = []): Promise<string[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let from = 0
    for (const cut of [...cuts, bytes.length]) {
      yield bytes.subarray(from, cut)
      from = cut
    }
  }
  const lines: string[] = []
  for await (const line of textLines(pieces())) lines.push(line)
  return lines
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

suite('lines', () => {
  for (const [text, lines] of [
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['\n', ['']],
    ['\n\n', ['', '']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\rb\n', ['a\rb']],
    ['a\n\r', ['a']],
    ['\ufeffa\n', ['\ufeffa']],
    ['a\0b\u2028c\n', ['a\0b\u2028c']],
  ] as const) {
    test(JSON.stringify(text), async () => assert.deepEqual(await linesOf(utf8(text)), lines))
  }

  test('are the same wherever the pieces end', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'ü', '🌊') })
    const property = fc.asyncProperty(text, fc.array(fc.nat(40)), async (given, cuts) => {
      const bytes = utf8(given)
      const sorted = cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b)
      assert.deepEqual(await linesOf(bytes, sorted), await linesOf(bytes))
    })
    await fc.assert(property)
  })

  test('take time in proportion to their length, however many pieces they come in', async () => {
    const long = new Uint8Array(8 << 20).fill(0x61)
    const cuts = Array.from({ length: 8192 }, (_, i) => i * 1024)
    const [line] = await linesOf(long, cuts)
    assert.equal(line?.length, long.length)
  })
})

suite('what is not UTF-8', () => {
  for (const [bytes, line] of [
    [[0x61, 0x0a, 0xff], 1],
    [[0xc3], 1],
    [[0x61, 0x0a, 0xe2, 0x82], 2],
  ] as const) {
    test(`${bytes.join(' ')} is refused`, async () => {
      await assert.rejects(linesOf(Uint8Array.from(bytes)), (error: Error) => {
        assert.ok(error instanceof CommandError)
        assert.match(error.message, new RegExp(`line ${line}: .*--binary`))
        return true
      })
    })
  }
})

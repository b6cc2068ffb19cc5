import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Recording, toHar, toJsonLines, toPcapng } from '../../../dist/inspect/index.js'
import { download } from '../../../dist/node/inspector/downloads.js'
import { packageVersion } from '../../../dist/node/inspector/package-version.js'
import { ports } from '../../../dist/node/ports.js'
import { facts, frame, key } from '../../inspect/recording/frames.ts'

const creator = { name: 'Tidewire', version: packageVersion() }

/** Two connections that take turns. */
function recorded(messages: number): Recording {
  const recording = new Recording()
  const recorders = [recording.open(facts()), recording.open(facts({ role: 'client' }))]
  for (let number = 0; number < messages; number++) {
    const payload = `message ${number} ${'x'.repeat(100)}`
    recorders[number % 2]!.read('receive', frame({ opcode: 1, payload, key }), 1.7e12 + number)
  }
  return recording
}

/** The chunks of a download, and how often everything else had a turn. */
async function downloaded(
  recording: Recording,
  format: string,
  only: readonly string[] = [],
): Promise<{ chunks: Uint8Array[]; turns: number }> {
  const { body } = download(`/recording.${format}`, recording, only)!
  let turns = 0
  let turning = setImmediate(function turn() {
    turns++
    turning = setImmediate(turn)
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  clearImmediate(turning)
  return { chunks, turns }
}

/** What the files are when they are made in one go. */
const whole = {
  har: (recording: Recording) => JSON.stringify(toHar(recording, creator, ports)),
  pcapng: (recording: Recording) =>
    Buffer.from(toPcapng(recording, `tidewire ${creator.version}`)).toString('latin1'),
  jsonl: (recording: Recording) => [...toJsonLines(recording, ports), ''].join('\n'),
}

for (const [format, inOneGo] of Object.entries(whole)) {
  const encoding = format === 'pcapng' ? 'latin1' : 'utf8'

  suite(`a recording that is downloaded as ${format}`, () => {
    test('is the same as made in one go', async () => {
      const recording = recorded(3000)
      const { chunks } = await downloaded(recording, format)
      assert.equal(Buffer.concat(chunks).toString(encoding), inOneGo(recording))
    })

    test('comes in pieces, and everything else has a turn before each', async () => {
      const { chunks, turns } = await downloaded(recorded(20_000), format)
      assert.ok(chunks.length > 20, `${chunks.length} chunks`)
      assert.ok(turns >= chunks.length, `${turns} turns for ${chunks.length} chunks`)
      const longest = Math.max(...chunks.map(({ length }) => length))
      assert.ok(longest < 70_000, `${longest} bytes`)
    })

    test('is of the connections that were chosen', async () => {
      const recording = recorded(3000)
      const { chunks } = await downloaded(recording, format, ['1'])
      const [, second] = recording.connections
      const frames = [...recording.frames].filter(({ connection }) => connection === 1)
      const chosen = { connections: [second!], frames } as unknown as Recording
      assert.equal(Buffer.concat(chunks).toString(encoding), inOneGo(chosen))
    })
  })
}

test('a download that nobody reads to its end is given up', async () => {
  const { body } = download('/recording.har', recorded(20_000), [])!
  const reader = body!.getReader()
  assert.equal((await reader.read()).done, false)
  await reader.cancel()
  assert.deepEqual(await reader.read(), { done: true, value: undefined })
})

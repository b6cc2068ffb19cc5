import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readCorpus } from './corpus.ts'
import { Fuzzer } from './engine.ts'
import type { Target } from './target.ts'
import { targets } from './targets/index.ts'

/** Executions of the short pass of a target: counted, so that it is the same on every machine. */
const shortPass = ({ slow }: Target): number => (slow ? 500 : 1500)

for (const target of targets) {
  suite(target.name, () => {
    const kept = readCorpus(target.name)

    test(`${kept.length} kept inputs`, async () => {
      assert.ok(kept.length > 0, 'nothing was kept for this target')
      for (const { name, input } of kept) {
        assert.ok(input.length <= target.maxLength, name)
        await assert.doesNotReject(async () => await target.run(input), name)
      }
    })

    test('a short pass with a fixed seed', async () => {
      // Without coverage, which may differ between versions of V8: the inputs are always the same.
      const fuzzer = new Fuzzer(target, { seed: 20, kept: kept.map(({ input }) => input) })
      await fuzzer.run(() => fuzzer.executions < shortPass(target))
      const [finding] = fuzzer.findings
      if (finding)
        throw new Error(`on ${Buffer.from(finding.input).toString('hex')}`, {
          cause: finding.error,
        })
    })
  })
}

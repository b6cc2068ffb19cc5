import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fromLatin1, latin1 } from './bytes.ts'
import { Coverage } from './coverage.ts'
import { Fuzzer, type FuzzerOptions } from './engine.ts'
import { minimise } from './minimise.ts'
import { Random } from './random.ts'
import type { Target } from './target.ts'

const coverage = new Coverage((url) => url.endsWith('/planted-fault.js'))
const { lock } = await import('./planted-fault.ts')
after(() => coverage.close())

const target: Target = {
  name: 'planted fault',
  seeds: [fromLatin1('nothing')],
  dictionary: [],
  maxLength: 20,
  run: (input) => {
    lock(input)
    return []
  },
}

async function fuzz(options: Partial<FuzzerOptions>, executions: number): Promise<Fuzzer> {
  const fuzzer = new Fuzzer(target, { seed: 1, kept: [], ...options })
  await fuzzer.run(() => fuzzer.executions < executions && fuzzer.findings.length === 0)
  return fuzzer
}

test('finds, step by step, a fault that chance would not find, and makes its input small', async () => {
  const { findings } = await fuzz({ coverage }, 200_000)
  assert.deepEqual(
    findings.map(({ input, fault }) => [latin1(input), fault]),
    [['tide!', 'the lock is open']],
  )
})

test('does not find it without coverage in as many executions', async () => {
  const { findings } = await fuzz({}, 200_000)
  assert.deepEqual(findings, [])
})

test('the inputs that are kept reach together what all inputs reached', async () => {
  coverage.reset()
  const fuzzer = await fuzz({ coverage }, 1000)
  const kept = await fuzzer.reduced()
  const reached = (inputs: readonly Uint8Array[]): string[] => {
    const features = inputs.flatMap((input) => {
      coverage.take(false)
      lock(input)
      return coverage.take(false)
    })
    return [...new Set(features)].sort()
  }
  assert.ok(kept.length < fuzzer.corpus.length)
  assert.deepEqual(reached(kept), reached(fuzzer.corpus))
})

test('the same seed gives the same run, another seed another', () => {
  const run = (seed: number): string => new Random(seed).bytes(50).join()
  assert.equal(run(7), run(7))
  assert.notEqual(run(7), run(8))
  assert.notEqual(run(0), run(1))
})

test('minimise leaves out what does not matter', async () => {
  const small = await minimise(
    fromLatin1('xxxxAxxxxxxxxBxxxxx'),
    (candidate) => /A.*B/.test(latin1(candidate)),
    1000,
  )
  assert.equal(latin1(small), 'AB')
})

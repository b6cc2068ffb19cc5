/**
 * `npm run fuzz -- --minutes N [--target name] [--seed n] [--keep]`: fuzzes all targets, or one, for N
 * minutes in all. `--keep` writes what reaches new code to corpus/; findings are always written.
 */
import { parseArgs } from 'node:util'
import { readCorpus, writeFinding, writeReaching } from './corpus.ts'
import { Coverage } from './coverage.ts'
import { Fuzzer } from './engine.ts'
import type { Target } from './target.ts'
import { watchdog } from './watchdog.ts'

/** The code under test, and the naive inflater: it shows the ways through DEFLATE, which zlib does not. */
const tested = /\/dist\/(core|errors|node)\/|\/naive-inflate\.js$/
const coverage = new Coverage((url) => tested.test(url))
const { targets } = await import('./targets/index.ts')

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed)
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target)
if (!(minutes > 0) || !Number.isInteger(seed) || chosen.length === 0) {
  const names = targets.map(({ name }) => name).join(', ')
  console.error(`--minutes takes a number, --seed a whole one, and --target one of: ${names}`)
  process.exit(2)
}
for (const target of chosen) await fuzz(target, (minutes * 60_000) / chosen.length)

async function fuzz(target: Target, milliseconds: number): Promise<void> {
  coverage.reset()
  const kept = readCorpus(target.name).map(({ input }) => input)
  const { watch, stop } = watchdog(target.name, target.maxLength)
  let running: Uint8Array = new Uint8Array(0)
  const fuzzer = new Fuzzer(target, {
    seed,
    kept,
    coverage,
    watch: (input) => watch((running = input)),
  })
  // What is thrown in a turn of its own ends the process, but its input is not lost.
  const onThrown = (error: Error): never => {
    console.error(writeFinding(target.name, { fault: error.message, input: running }), error)
    return process.exit(1)
  }
  process.on('uncaughtException', onThrown)
  const started = performance.now()
  await fuzzer.run(() => performance.now() - started < milliseconds)
  const { executions, features, corpus, findings } = fuzzer
  const { reached, known } = coverage.blocks
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${target.name}: ${executions} executions in ${seconds.toFixed(0)} s, ` +
      `${reached} of ${known} blocks, ${features} features, ${corpus.length} inputs, ` +
      `${findings.length} findings`,
  )
  for (const finding of findings) {
    console.log(`  ${writeFinding(target.name, finding)}\n  ${finding.error.stack}`)
    process.exitCode = 1
  }
  if (values.keep) writeReaching(target.name, await fuzzer.reduced())
  process.off('uncaughtException', onThrown)
  await stop()
}

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { suite, test } from 'node:test'
import { parseCommandLine, UsageError } from '../../bench/command-line.mjs'

const names = ['echo64', 'storm', 'idle']
const contenders = ['tidewire', 'ws', 'bun', 'deno']
const parse = (...args: string[]) => parseCommandLine(args, { names, contenders })

suite('the command line of the benchmarks', () => {
  test('without arguments is all of it, five rounds of four seconds, kept', () => {
    const whole = { names, contenders, rounds: 5, seconds: 4, save: true }
    assert.deepEqual(parse(), whole)
  })

  test('with a name is for daily use: three contenders, nothing kept', () => {
    const { names: chosen, contenders: asked, save } = parse('storm')
    assert.deepEqual([chosen, asked, save], [['storm'], ['tidewire', 'ws', 'bun'], false])
  })

  test('with --quick is three rounds of a second', () => {
    const { rounds, seconds, save } = parse('echo64', '--quick')
    assert.deepEqual([rounds, seconds, save], [3, 1, false])
  })

  test('takes rounds, seconds, contenders, a generator, and --save', () => {
    const args = ['--rounds', '7', '--seconds', '0.5', '--contenders', 'ws,tidewire']
    assert.deepEqual(parse('idle', ...args, '--generator', 'js', '--save'), {
      names: ['idle'],
      contenders: ['tidewire', 'ws'],
      rounds: 7,
      seconds: 0.5,
      save: true,
      generator: 'js',
    })
    assert.deepEqual(parse('idle', '--contenders', 'all').contenders, contenders)
  })

  test('keeps nothing of a whole run with fewer contenders', () => {
    assert.equal(parse('--contenders', 'tidewire,ws').save, false)
  })

  test('measures the usual contenders where all would be too many', () => {
    const usual = ['tidewire', 'ws']
    assert.deepEqual(parseCommandLine([], { names, contenders, usual }).contenders, usual)
  })

  const faults: [string, string[], RegExp][] = [
    ['a workload that is not there', ['echo65'], /no workload echo65; there are echo64, storm/],
    ['a contender that is not there', ['--contenders', 'ws,node'], /no contender node; there are/],
    [
      'a generator that is not there',
      ['--generator', 'rust'],
      /no generator rust; there are c, js/,
    ],
    ['half a round', ['--rounds', '1.5'], /--rounds takes a whole number from 1 to 600, not 1.5/],
    ['no rounds', ['--rounds', '0'], /--rounds .* not 0/],
    ['seconds that are no number', ['--seconds', 'long'], /--seconds .* not long/],
    ['an option that is not there', ['--fast'], /--fast/],
    ['an option without its value', ['--rounds'], /--rounds/],
  ]
  for (const [what, args, message] of faults) {
    test(`refuses ${what}`, () => {
      assert.throws(
        () => parse(...args),
        (error) => error instanceof UsageError && message.test(error.message),
      )
    })
  }
})

for (const program of [
  'run.mjs',
  'growth/main.mjs',
  'generators/compare.mjs',
  'deflate/main.mjs',
]) {
  test(`bench/${program} says what there is and measures nothing when asked for something else`, async () => {
    const { code, stdout, stderr } = await new Promise<Record<string, unknown>>((resolve) => {
      execFile(process.execPath, [`bench/${program}`, 'nonsense'], (error, out, err) => {
        resolve({ code: error?.code, stdout: out, stderr: err })
      })
    })
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(String(stderr), /^bench: .*nonsense; there are \w+/)
  })
}

test('--help of the benchmarks says what there is', async () => {
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, ['bench/run.mjs', '--help'], (error, out) => {
      if (error) reject(error)
      else resolve(out)
    })
  })
  for (const what of ['echo64', 'idle-deflate', 'socket.io', '--quick', '--save']) {
    assert.ok(stdout.includes(what), what)
  }
})

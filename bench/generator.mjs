/** Runs a load generator against a server, in a process of its own on the other core. */
import { compiled } from './compiler.mjs'
import { here } from './paths.mjs'
import { launch } from './processes.mjs'

/** Both take the same arguments and print the same line. */
const generators = {
  c: () => [compiled('wsload')],
  js: () => [process.execPath, here('generators/main.mjs')],
}

/** The one in C where there is a compiler. */
export const bestGenerator = compiled('wsload') ? 'c' : 'js'

const patience = 120_000

/**
 * One run: the last line the generator prints, read.
 * Throws when an answer was wrong.
 * @param options `core` and `urgency` as in processes.mjs.
 */
export async function load({ port, pids }, args, options = {}) {
  const { generator = bestGenerator, core = 1, urgency } = options
  const program = generators[generator]()
  if (!program[0]) throw new Error(`the generator ${generator} needs a C compiler`)
  const command = [...program, '--port', port, '--pid', pids.join(), ...args]
  const child = launch(command, { core, urgency })
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const killer = setTimeout(() => child.kill('SIGKILL'), patience)
  await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(killer)
  const last = out.trim().split('\n').at(-1)
  if (!last.startsWith('{')) throw new Error(err.trim().split('\n').at(-1) || 'no answer in time')
  const run = JSON.parse(last)
  const { bad, failed = 0, over = 0 } = run
  if (bad > 0) throw new Error(`${bad} wrong answers or lost connections`)
  if (failed > 0) throw new Error(`${failed} connections refused`)
  if (over > 0) throw new Error('does not keep up with the rate')
  return run
}

/** What the user asked for, or a word about what is wrong with it. */
import { parseArgs } from 'node:util'

const daily = ['tidewire', 'ws', 'bun']

/** What the command line says that cannot be done. */
export class UsageError extends Error {}

/**
 * `[name ...] [--quick] [--contenders a,b|all] [--rounds n] [--seconds n] [--generator c|js] [--save]`
 *
 * Without names all of them are measured, with every contender, and the results are kept; names, `--quick`
 * and fewer contenders are for daily use, whose results are kept only with `--save`.
 * @param there The names there are, and the `usual` contenders of a whole run when they are not all.
 * @throws UsageError
 */
export function parseCommandLine(args, there) {
  const { names, contenders, usual = contenders } = there
  const { values, positionals } = parsed(args)
  known('workload', positionals, names)
  const { quick, save, generator } = values
  const whole = positionals.length === 0 && !quick && values.contenders === undefined
  const asked = values.contenders ?? (whole ? usual : daily).join()
  const chosen = asked === 'all' ? contenders : asked.split(',')
  known('contender', chosen, contenders)
  if (generator !== undefined) known('generator', [generator], ['c', 'js'])
  return {
    names: positionals.length > 0 ? names.filter((name) => positionals.includes(name)) : names,
    contenders: contenders.filter((name) => chosen.includes(name)),
    rounds: amount('rounds', values.rounds, quick ? 3 : 5, { whole: true }),
    seconds: amount('seconds', values.seconds, quick ? 1 : 4, { whole: false }),
    save: save || whole,
    ...(generator && { generator }),
  }
}

function parsed(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        contenders: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        generator: { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError(error.message)
  }
}

function known(what, asked, there) {
  for (const name of asked) {
    if (there.includes(name)) continue
    throw new UsageError(`there is no ${what} ${name}; there are ${there.join(', ')}`)
  }
}

function amount(name, text, otherwise, { whole }) {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (value > 0 && value <= 600 && (!whole || Number.isInteger(value))) return value
  const range = whole ? 'a whole number from 1 to 600' : 'a number above 0, at most 600'
  throw new UsageError(`--${name} takes ${range}, not ${text}`)
}

/** The same, for a program: says what is wrong, or with `--help` what there is, and ends. */
export function commandLine(there) {
  const args = process.argv.slice(2)
  try {
    if (args.includes('--help')) {
      console.log(usage(there))
      process.exit(0)
    }
    if (process.platform !== 'linux') {
      throw new UsageError('needs Linux: the CPU and memory of servers are read from /proc')
    }
    return parseCommandLine(args, there)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`bench: ${error.message}`)
    return process.exit(2)
  }
}

function usage({ names, contenders }) {
  return `[name ...]             ${names.join(', ')}; all of them without a name
--contenders a,b|all   ${contenders.join(', ')}; ${daily.join()} unless everything is measured
--quick                three rounds of a second instead of five of four
--rounds n, --seconds n
--generator c|js       c where there is a compiler
--save                 keeps the results in bench/results, as a run of everything does anyway`
}

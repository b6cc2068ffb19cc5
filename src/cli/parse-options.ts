import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from './command.ts'

type Options = NonNullable<ParseArgsConfig['options']>
interface Config<Taken extends Options> {
  args: string[]
  options: Taken
  allowPositionals: true
}
type Parsed<Taken extends Options> = ReturnType<typeof parseArgs<Config<Taken>>>

/**
 * The options and the other arguments of a subcommand.
 * @throws {UsageError} for what the command does not take.
 */
export function parseOptions<Taken extends Options>(
  command: string,
  args: readonly string[],
  options: Taken,
): Pick<Parsed<Taken>, 'values' | 'positionals'> {
  try {
    return parseArgs<Config<Taken>>({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // The sentences behind the first are about the syntax of options in general.
    const [what] = (error as Error).message.split(/\.\s/)
    throw new UsageError(`${what}; see tidewire ${command} --help`)
  }
}

/**
 * A number of seconds, such as 2 or 0.5, in milliseconds.
 * @throws {UsageError} for what is none, or more than a timer can wait.
 */
export function milliseconds(option: string, text: string): number {
  const value = Number(text) * 1000
  if (!/^\d*\.?\d+$/.test(text) || value > 2 ** 31 - 1) {
    throw new UsageError(`${option} ${text}: expected seconds, such as 2 or 0.5`)
  }
  return value
}

/**
 * A whole number from `low` to `high`.
 * @throws {UsageError} for anything else.
 */
export function wholeNumber(option: string, text: string, low: number, high: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= low && number <= high) return number
  throw new UsageError(`${option} ${text}: expected a whole number from ${low} to ${high}`)
}

import { OptionError } from '../../errors/index.ts'
import type { Case, Role } from '../case.ts'
import type { CaseResult } from '../verdict.ts'
import type { RunSettings } from './run-case.ts'

export interface CheckOptions {
  /** Only cases whose id matches one of these, such as `6.*` or `7.1.3`. Default all. */
  readonly only?: readonly string[]
  /** Large messages and long runs too. Default false. */
  readonly large?: boolean
  /** How many connections at a time. Default 8. */
  readonly jobs?: number
  /** Milliseconds that the endpoint has for each step. Default 5,000. */
  readonly patience?: number
  /** Run each case once for each of these sizes, with what we send cut into pieces of so many bytes. */
  readonly splits?: readonly number[]
  /** Called after each case. */
  progress?(result: CaseResult, done: number, total: number): void
}

/** @throws {OptionError} when a pattern matches no case. */
export function selectCases(
  all: readonly Case[],
  role: Role,
  { only = [], large = false }: CheckOptions,
): readonly Case[] {
  for (const pattern of only) {
    if (!all.some(({ id }) => matches(pattern, id))) {
      throw new OptionError('only', pattern, 'the id of a case such as 7.1.3, or 6.* for a group')
    }
  }
  return all.filter(
    (one) =>
      (one.role ?? role) === role &&
      (large || !one.large) &&
      (only.length === 0 || only.some((pattern) => matches(pattern, one.id))),
  )
}

/** `6.*` and `6` are both all of group 6. */
function matches(pattern: string, id: string): boolean {
  const prefix = pattern.replace(/\.?\*$/, '')
  return id === prefix || id.startsWith(`${prefix}.`)
}

export function settingsOf({ patience = 5000 }: CheckOptions): RunSettings {
  return { patience }
}

export function splitsOf({ splits = [] }: CheckOptions): readonly (number | undefined)[] {
  return splits.length === 0 ? [undefined] : splits
}

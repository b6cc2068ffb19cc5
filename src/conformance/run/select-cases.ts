import { OptionError } from '../../errors/index.ts'
import type { Case, Role } from '../case.ts'
import type { CaseResult } from '../verdict.ts'
import type { Split } from '../wire/split.ts'
import type { RunSettings } from './run-case.ts'

export interface CheckOptions {
  /** Only cases whose id matches one of these, such as `6.*` or `7.1.3`. Default all. */
  readonly only?: readonly string[]
  /** Messages of up to 16 MiB, and as many as in the Autobahn testsuite. Default false. */
  readonly full?: boolean
  /** How many connections at a time. Default 8. */
  readonly jobs?: number
  /** Milliseconds that the endpoint has for each step. Default 5,000. */
  readonly patience?: number
  /** Run each case once more for each of these. */
  readonly splits?: readonly Split[]
  /** Called after each case. */
  progress?(result: CaseResult, done: number, total: number): void
}

/** @throws {OptionError} when a pattern matches no case. */
export function selectCases(
  all: readonly Case[],
  role: Role,
  { only = [], full = false }: CheckOptions,
): readonly Case[] {
  for (const pattern of only) {
    if (!all.some(({ id }) => matches(pattern, id))) {
      throw new OptionError('only', pattern, 'the id of a case such as 7.1.3, or 6.* for a group')
    }
  }
  return all
    .filter(
      (one) =>
        (one.role ?? role) === role &&
        (full || one.full !== true) &&
        (only.length === 0 || only.some((pattern) => matches(pattern, one.id))),
    )
    .map((one) => (full && one.full ? { ...one, ...(one.full === true ? {} : one.full) } : one))
}

/** `6.*` and `6` are both all of group 6. */
function matches(pattern: string, id: string): boolean {
  const prefix = pattern.replace(/\.?\*$/, '')
  return id === prefix || id.startsWith(`${prefix}.`)
}

export function settingsOf({ patience = 5000 }: CheckOptions): RunSettings {
  return { patience }
}

/** A case, and how what we send is cut. */
export interface Run {
  /** The case's, with the split: `7.1.3/headers`. */
  readonly id: string
  readonly one: Case
  readonly split: Split | undefined
}

/** Each case as it is, and then once more for each split. */
export function runsOf(cases: readonly Case[], { splits = [] }: CheckOptions): readonly Run[] {
  return cases.flatMap((one) => [
    { id: one.id, one, split: undefined },
    ...(one.uncut ? [] : splits).map((split) => ({ id: `${one.id}/${split}`, one, split })),
  ])
}

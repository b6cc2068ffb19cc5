import { readFileSync } from 'node:fs'

/** A subcommand of `tidewire`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What `--help` prints. */
  readonly help: string
  /** The words that options may have as values, by the names of the options. */
  readonly words: ReadonlyMap<string, readonly string[]>
  /** Runs it. @returns The exit code. @throws {UsageError | CommandError} */
  run(args: readonly string[]): Promise<number>
}

/** 0 done, 1 failed, 2 called in a way that cannot work, 3 the other side ended it otherwise. */
export const ExitCode = { done: 0, failed: 1, usage: 2, ended: 3 } as const

/** The command line is wrong: said in one line, with exit code 2. */
export class UsageError extends Error {}

/** The command could not do its work: said in one line, with exit code 1. */
export class CommandError extends Error {}

/** The version of this package. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** What the system said about a file, without the call and the path: `ENOENT: no such file or directory`. */
export function systemMessage(error: unknown): string {
  return (error as Error).message.replace(/, \w+( '.*')?$/s, '')
}

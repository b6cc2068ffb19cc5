import { readFileSync } from 'node:fs'
import { CommandError, systemMessage, UsageError } from './command.ts'

/** `localhost:8080/echo` will do, as it does for curl; a URL of another scheme is refused later on. */
export function withScheme(url: string): string {
  return hasScheme(url) ? url : `ws://${url}`
}

export function hasScheme(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/|^ws\+unix:/i.test(url)
}

/**
 * The name and the value that `--header` was given.
 * @throws {UsageError}
 */
export function nameAndValue(header: string): [name: string, value: string] {
  const colon = header.indexOf(':')
  if (colon < 1) {
    // What was meant as a header may be a secret: it is not repeated.
    throw new UsageError("--header: expected a name, a colon and a value, as in 'Name: value'")
  }
  return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()]
}

/**
 * The certificates that `--ca` was given.
 * @throws {CommandError} when the file cannot be read.
 */
export function readIssuer(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CommandError(`--ca ${file} cannot be read: ${systemMessage(error)}`)
  }
}

import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { systemMessage, UsageError } from './command.ts'

/**
 * All of a file as text, without a byte order mark.
 * @param name A file, or `-` for stdin.
 * @throws {UsageError} when it cannot be read.
 */
export async function readInput(name: string): Promise<string> {
  const written = name === '-' ? await text(process.stdin) : readText(name)
  return written.replace(/^\ufeff/, '')
}

/** How an argument that {@link readInput} takes is called in a message. */
export function inputName(name: string): string {
  return name === '-' ? 'stdin' : name
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${systemMessage(error)}`)
  }
}

import { TextDecoder } from 'node:util'
import { CommandError } from './command.ts'

/**
 * The lines of a stream of UTF-8 without their line breaks, LF or CR LF. A last line counts when there
 * is something in it.
 * @throws {CommandError} for what is not UTF-8: a text message cannot carry it.
 */
export async function* textLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let number = 1
  // In pieces until the line is whole: joined with each chunk, a long line would be copied over and over.
  let begun: string[] = []
  const whole = (last: string): string => [...begun, last].join('').replace(/\r$/, '')
  for await (const chunk of input) {
    const pieces = decode(decoder, chunk, number).split('\n')
    const unfinished = pieces.pop()!
    for (const piece of pieces) {
      yield whole(piece)
      begun = []
      number++
    }
    begun.push(unfinished)
  }
  const last = whole(decode(decoder, undefined, number))
  if (last !== '') yield last
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, line: number): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined })
  } catch {
    throw new CommandError(
      `stdin is not UTF-8 at or after line ${line}: text messages have to be; ` +
        '--binary sends any bytes',
    )
  }
}

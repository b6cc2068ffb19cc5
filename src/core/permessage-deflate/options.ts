import { OptionError } from '../../errors/index.ts'
import { checkInteger } from '../limits.ts'
import type { Message } from '../message-assembler.ts'

/** How one direction compresses. */
export interface DeflateDirection {
  /**
   * Whether a message may refer to those before it: smaller by about a third for small similar
   * messages, at the cost of up to 32 KiB of memory for each connection. Default `false`.
   */
  contextTakeover?: boolean | undefined
  /** How far back a message may refer, as a power of two of bytes. Default 15 (32 KiB), range 8 to 15. */
  windowBits?: number | undefined
}

/** permessage-deflate (RFC 7692). */
export interface DeflateOptions {
  /** Messages that this side sends. */
  send?: DeflateDirection | undefined
  /** What this side asks of its peer. */
  receive?: DeflateDirection | undefined
  /**
   * zlib's compression level, range 1 (fast) to 9 (small). Default 6, and a faster way for messages of up
   * to 1 KiB that refer to none before them: it takes less time than any level, and makes more bytes.
   */
  level?: number | undefined
  /** zlib's memory level while it compresses, range 1 to 9. Default 8, and small messages as for `level`. */
  memoryLevel?: number | undefined
  /** Messages of fewer bytes are sent as they are. Default 1,024, range 0 to 2^30. */
  threshold?: number | undefined
  /** Says `false` for a message that is not worth compressing, such as an image. */
  filter?: ((message: Message) => boolean) | undefined
}

/** The options with their defaults. */
export interface DeflateSettings {
  readonly send: Required<{ [Key in keyof DeflateDirection]: NonNullable<DeflateDirection[Key]> }>
  readonly receive: DeflateSettings['send']
  /** Undefined: what suits the size. */
  readonly level: number | undefined
  readonly memoryLevel: number | undefined
  readonly threshold: number
  readonly filter: ((message: Message) => boolean) | undefined
}

const optionNames: readonly (keyof DeflateOptions)[] = [
  'send',
  'receive',
  'level',
  'memoryLevel',
  'threshold',
  'filter',
]
const directionNames: readonly (keyof DeflateDirection)[] = ['contextTakeover', 'windowBits']

/**
 * @returns `undefined` when compression is off.
 * @throws {OptionError} for an option outside its range.
 */
export function resolveDeflate(
  options: DeflateOptions | boolean | undefined,
): DeflateSettings | undefined {
  if (options === undefined || options === false) return undefined
  const given = options === true ? {} : options
  checkObject('deflate', given, optionNames)
  const { send, receive, level, memoryLevel, threshold = 1024, filter } = given
  if (filter !== undefined && typeof filter !== 'function') {
    throw new OptionError('deflate.filter', filter, 'a function')
  }
  return {
    send: direction('deflate.send', send),
    receive: direction('deflate.receive', receive),
    level: zlibLevel('deflate.level', level),
    memoryLevel: zlibLevel('deflate.memoryLevel', memoryLevel),
    threshold: checkInteger('deflate.threshold', threshold, 0, 2 ** 30),
    filter,
  }
}

function direction(name: string, options: DeflateDirection = {}): DeflateSettings['send'] {
  checkObject(name, options, directionNames)
  const { contextTakeover = false, windowBits = 15 } = options
  if (typeof contextTakeover !== 'boolean') {
    throw new OptionError(`${name}.contextTakeover`, contextTakeover, 'a boolean')
  }
  return { contextTakeover, windowBits: checkInteger(`${name}.windowBits`, windowBits, 8, 15) }
}

function zlibLevel(name: string, level: number | undefined): number | undefined {
  return level === undefined ? undefined : checkInteger(name, level, 1, 9)
}

/** A slip of the pen must not pass for a setting. */
function checkObject(name: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null) {
    throw new OptionError(name, value, name === 'deflate' ? 'a boolean or an object' : 'an object')
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new OptionError(name, key, `one of ${known.join(', ')}`)
  }
}

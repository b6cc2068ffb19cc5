import type { ErrorCode } from './catalogue.ts'

/** The base of every error that Tidewire makes. `code` is stable; `message` is for people. */
export class TidewireError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** An option or argument outside its documented range; thrown at once, before anything is opened. */
export class OptionError extends TidewireError {
  readonly option: string
  readonly value: unknown

  constructor(option: string, value: unknown, expected: string) {
    super('ERR_OPTION', `option ${option}: got ${show(value)}, expected ${expected}`)
    this.option = option
    this.value = value
  }
}

/** The caller asked for something the protocol does not allow, such as a close code it may not send. */
export class LocalProtocolError extends TidewireError {}

/** The peer broke the protocol or a limit. `closeCode` is what the close frame to it carries. */
export class RemoteProtocolError extends TidewireError {
  readonly closeCode: number

  constructor(code: ErrorCode, closeCode: number, message: string) {
    super(code, message)
    this.closeCode = closeCode
  }
}

/** A value as an error message shows it: short, and never the text of a long secret. */
function show(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value)
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'function' ? 'a function' : `a value of type ${typeof value}`
}

import { Opcode } from '../../core/index.ts'
import type { Case, Ending, Expectation, Pieces, Reply, Step } from '../case.ts'
import type { Frame, Payload } from '../wire/frame.ts'

// The words that the tables of cases are written in.

// ---- frames

export function text(payload: Payload = '', rest: Partial<Frame> = {}): Frame {
  return { opcode: Opcode.text, payload, ...rest }
}

export function binary(payload: Payload = '', rest: Partial<Frame> = {}): Frame {
  return { opcode: Opcode.binary, payload, ...rest }
}

export function continuation(payload: Payload = '', rest: Partial<Frame> = {}): Frame {
  return { opcode: Opcode.continuation, payload, ...rest }
}

export function ping(payload: Payload = '', rest: Partial<Frame> = {}): Frame {
  return { opcode: Opcode.ping, payload, ...rest }
}

export function pong(payload: Payload = '', rest: Partial<Frame> = {}): Frame {
  return { opcode: Opcode.pong, payload, ...rest }
}

/** A close frame; without a code an empty one. */
export function close(code?: number, reason: string | Uint8Array = ''): Frame {
  return { opcode: Opcode.close, payload: closePayload(code, reason) }
}

export function closePayload(code?: number, reason: string | Uint8Array = ''): Uint8Array {
  if (code === undefined) return Buffer.from(reason)
  return Buffer.concat([Uint8Array.of(code >> 8, code & 0xff), Buffer.from(reason)])
}

/** For fragments: more is to come. */
export const more: Partial<Frame> = { fin: false }

// ---- steps

/** Frames in one write. */
export function send(...frames: Frame[]): Step {
  return { kind: 'send', frames }
}

/** Frames in writes of `pieces` bytes, or of one frame each. */
export function chopped(pieces: Pieces, ...frames: Frame[]): Step {
  return { kind: 'send', frames, pieces }
}

export function message(reply: Reply, fragment?: number): Step {
  return { kind: 'message', message: reply, fragment }
}

/** A message so often, each time when it has come back; a script by itself. */
export function roundTrips(
  reply: Reply,
  times: number,
  fragment?: number,
): Pick<Case, 'script' | 'expects'> {
  return {
    script: [{ kind: 'message', message: reply, fragment, times }],
    expects: replies(...Array.from({ length: times }, () => reply)),
  }
}

/** Bytes that need not be frames. */
export function raw(...bytes: number[]): Step {
  return { kind: 'raw', bytes: Uint8Array.from(bytes) }
}

export function pause(milliseconds: number): Step {
  return { kind: 'pause', milliseconds }
}

export const failFast: Step = { kind: 'fail-fast' }
export const halfClose: Step = { kind: 'half-close' }
export const reset: Step = { kind: 'reset' }

// ---- replies

export function echo(kind: 'text' | 'binary', payload: Payload): Reply {
  return { kind, payload }
}

export function ponged(payload: Payload = ''): Reply {
  return { kind: 'pong', payload }
}

/** A reply that may be left out. */
export function perhaps(reply: Reply): Reply {
  return { ...reply, optional: true }
}

// ---- expectations

/** The endpoint replies, and then answers our close. */
export function replies(...list: Reply[]): Expectation {
  return { replies: list, ending: { kind: 'we-close' } }
}

/** The endpoint answers the close frame of the script with one of these codes. */
export function answers(codes: readonly number[], ...list: Reply[]): Expectation {
  return { replies: list, ending: { kind: 'answers', codes } }
}

/** The endpoint fails the connection with `code`. */
export function fails(code: number | readonly number[], ...list: Reply[]): Expectation {
  return { replies: list, ending: { kind: 'fails', codes: [code].flat() } }
}

export function endsWith(ending: Ending, ...list: Reply[]): Expectation {
  return { replies: list, ending }
}

// ---- tables

/** A case without the number that its place in the table gives it. */
export type Row = Omit<Case, 'id' | 'clause'> & { readonly clause?: string }

/** Numbers the rows of a table: `1.1.1`, `1.1.2`, ... */
export function table(prefix: string, clause: string, rows: readonly Row[]): Case[] {
  return rows.map((row, at) => ({ clause, ...row, id: `${prefix}.${at + 1}` }))
}

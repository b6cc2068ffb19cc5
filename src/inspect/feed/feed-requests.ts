import type { Direction } from '../recording/records.ts'

/** What the page asks of the inspector: one in JSON in each text message. Every one is answered by its `id`. */
export type FeedRequest = { readonly id: number } & (
  | { readonly ask: 'detail'; readonly number: number }
  | ({ readonly ask: 'search' } & FeedSearch)
  /** Ends a search before it is done. */
  | { readonly ask: 'cancel'; readonly search: number }
  /** Forgets all frames, and the connections that are closed. Numbers go on counting up. */
  | { readonly ask: 'clear' }
  /** Whether new frames are stored. */
  | { readonly ask: 'record'; readonly on: boolean }
  | SendCommand
  | FaultCommand
  | CloseCommand
)

/** What can be done to a connection, where `hello` names it. */
export type FeedCommand = 'send' | 'fault' | 'close'

/** To which end something goes; an inspector of a server has only its clients. */
export type FeedSide = 'client' | 'server'

/** Sends a message or a control frame: a new one, or one that was seen before, as it was or edited. */
export interface SendCommand {
  readonly ask: 'send'
  readonly connection: number
  readonly to: FeedSide
  readonly opcode: 'text' | 'binary' | 'ping' | 'pong'
  /** Text, or base64 for the others. */
  readonly data: string
}

/** Does harm to what goes one way, until another fault takes its place; `none` ends it. */
export interface FaultCommand {
  readonly ask: 'fault'
  readonly connection: number
  /** Where what is harmed was going. */
  readonly to: FeedSide
  readonly fault:
    | { readonly kind: 'none' }
    /** Everything arrives so many milliseconds later. */
    | { readonly kind: 'delay'; readonly milliseconds: number }
    /** The next so many frames do not arrive. */
    | { readonly kind: 'drop'; readonly frames: number }
    /** Nothing arrives any more, and the connection stays open: as when a cable is pulled. */
    | { readonly kind: 'half-open' }
}

/** Sends a close frame; without a code cuts the connection off. */
export interface CloseCommand {
  readonly ask: 'close'
  readonly connection: number
  /** Where the close frame goes. */
  readonly to: FeedSide
  readonly code: number | undefined
  readonly reason: string
}

/** What to look for, through all that is stored. */
export interface FeedSearch {
  /** Text to find, or a regular expression in the grammar of JavaScript with the flag `u`; '' finds all. */
  readonly text: string
  readonly regex: boolean
  readonly matchCase: boolean
  /** The number of the first frame to look at. Default 0. */
  readonly from?: number | undefined
  /** Only in these; `undefined` for all, here and below. */
  readonly connections: readonly number[] | undefined
  readonly direction: Direction | undefined
  /** Opcodes of messages and control frames: 1, 2, 8, 9, 10. */
  readonly opcodes: readonly number[] | undefined
  /** Bytes of the message, inflated. */
  readonly shortest: number | undefined
  readonly longest: number | undefined
}

const sides = ['client', 'server']
const sendable = ['text', 'binary', 'ping', 'pong']

/** @returns What was asked; a sentence about what is wrong with it otherwise. */
export function readFeedRequest(text: string): FeedRequest | string {
  const value = parsed(text)
  if (!isRecord(value)) return 'a request is an object in JSON'
  if (!isCount(value['id'])) return 'a request has a whole number for its id'
  const fault = faultIn(value)
  return fault ?? (value as unknown as FeedRequest)
}

function faultIn(value: Fields): string | undefined {
  switch (value['ask']) {
    case 'detail':
      return check(isCount(value['number']), 'number: expected that of a frame')
    case 'search':
      return searchFault(value)
    case 'cancel':
      return check(isCount(value['search']), 'search: expected the id of a search')
    case 'clear':
      return undefined
    case 'record':
      return check(typeof value['on'] === 'boolean', 'on: expected true or false')
    case 'send':
    case 'fault':
    case 'close':
      return commandFault(value)
    default:
      return `ask: there is no request ${JSON.stringify(value['ask'])}`
  }
}

function searchFault(value: Fields): string | undefined {
  const { text, regex, matchCase, connections, direction, opcodes, shortest, longest, from } = value
  const direct = direction === undefined || direction === 'receive' || direction === 'transmit'
  return (
    check(typeof text === 'string' && text.length <= 10_000, 'text: expected a short text') ??
    check(typeof regex === 'boolean', 'regex: expected true or false') ??
    check(typeof matchCase === 'boolean', 'matchCase: expected true or false') ??
    check(isOptional(connections, isCounts), 'connections: expected a list of ids') ??
    check(direct, 'direction: expected receive or transmit') ??
    check(isOptional(opcodes, isCounts), 'opcodes: expected a list of numbers') ??
    check(isOptional(shortest, isCount), 'shortest: expected bytes') ??
    check(isOptional(longest, isCount), 'longest: expected bytes') ??
    check(isOptional(from, isCount), 'from: expected the number of a frame')
  )
}

function commandFault(value: Fields): string | undefined {
  const { ask, connection, to, opcode, data, code, reason, fault } = value
  const where =
    check(isCount(connection), 'connection: expected the id of one') ??
    check(sides.includes(to as string), 'to: expected client or server')
  if (where) return where
  if (ask === 'send') {
    return (
      check(sendable.includes(opcode as string), `opcode: expected ${sendable.join(', ')}`) ??
      check(typeof data === 'string', 'data: expected text, or base64')
    )
  }
  if (ask === 'close') {
    return (
      check(isOptional(code, isCount), 'code: expected a close code') ??
      check(typeof reason === 'string', 'reason: expected a text')
    )
  }
  return check(isFault(fault), 'fault: expected none, delay, drop or half-open')
}

function isFault(fault: unknown): boolean {
  if (!isRecord(fault)) return false
  const { kind, milliseconds, frames } = fault
  if (kind === 'delay') return isCount(milliseconds) && milliseconds <= 600_000
  if (kind === 'drop') return isCount(frames)
  return kind === 'none' || kind === 'half-open'
}

interface Fields {
  readonly [name: string]: unknown
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function check(right: boolean, fault: string): string | undefined {
  return right ? undefined : fault
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isCounts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isCount)
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value)
}

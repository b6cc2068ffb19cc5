import type { EventEmitter } from 'node:events'
import type { Data } from './typing.ts'
import type { WebSocket } from './websocket.ts'

/** An event as ws gives it to a listener of `addEventListener`. */
export class Event {
  readonly #type: string
  readonly #target: WebSocket

  constructor(type: string, target: WebSocket) {
    this.#type = type
    this.#target = target
  }

  get type(): string {
    return this.#type
  }

  get target(): WebSocket {
    return this.#target
  }
}

export class CloseEvent extends Event {
  readonly #code: number
  readonly #reason: string
  readonly #wasClean: boolean

  constructor(target: WebSocket, code: number, reason: string, wasClean: boolean) {
    super('close', target)
    this.#code = code
    this.#reason = reason
    this.#wasClean = wasClean
  }

  get code(): number {
    return this.#code
  }

  get reason(): string {
    return this.#reason
  }

  get wasClean(): boolean {
    return this.#wasClean
  }
}

export class ErrorEvent extends Event {
  readonly #error: Error

  constructor(target: WebSocket, error: Error) {
    super('error', target)
    this.#error = error
  }

  get error(): Error {
    return this.#error
  }

  get message(): string {
    return this.#error.message
  }
}

export class MessageEvent extends Event {
  readonly #data: Data

  constructor(target: WebSocket, data: Data) {
    super('message', target)
    this.#data = data
  }

  /** A Blob as well, where `binaryType` asks for that. */
  get data(): Data {
    return this.#data
  }
}

for (const [kind, names] of [
  [Event, ['type', 'target']],
  [CloseEvent, ['code', 'reason', 'wasClean']],
  [ErrorEvent, ['error', 'message']],
  [MessageEvent, ['data']],
] as const) {
  for (const name of names) Object.defineProperty(kind.prototype, name, { enumerable: true })
}

type Handler = ((event: never) => void) | { handleEvent(event: never): void }
type Type = 'open' | 'message' | 'error' | 'close'
type Listener = (...args: unknown[]) => void

interface Wrapped {
  readonly handler: Handler
  /** Whether it was set as `onmessage` and the like, and not by `addEventListener`. */
  readonly attribute: boolean
}

/** The listeners that stand for handlers of the EventTarget. */
const wrapped = new WeakMap<object, Wrapped>()

/** Makes the event for what an emitter's listener is given. */
const makers: Readonly<Record<Type, (target: WebSocket, ...args: never[]) => Event>> = {
  open: (target) => new Event('open', target),
  message: (target, data: Buffer, isBinary: boolean) =>
    new MessageEvent(target, isBinary ? data : data.toString()),
  error: (target, error: Error) => new ErrorEvent(target, error),
  close: (target, code: number, reason: Buffer) =>
    new CloseEvent(target, code, reason.toString(), target.closedCleanly),
}

/** The part of an EventTarget that ws has, over an emitter. */
export function addEventListener(
  websocket: WebSocket,
  type: string,
  handler: Handler,
  { once, attribute = false }: { once?: boolean | undefined; attribute?: boolean } = {},
): void {
  if (!Object.hasOwn(makers, type)) return
  if (!attribute && listenerOf(websocket, type, (one) => isAdded(one, handler))) return
  const make = makers[type as Type]
  const listener: Listener = function (...args) {
    const event = make(websocket, ...(args as never[])) as never
    if (typeof handler === 'function') handler.call(websocket, event)
    else handler.handleEvent(event)
  }
  wrapped.set(listener, { handler, attribute })
  if (once) websocket.once(type, listener)
  else websocket.on(type, listener)
}

export function removeEventListener(websocket: WebSocket, type: string, handler: Handler): void {
  const listener = listenerOf(websocket, type, (one) => isAdded(one, handler))
  if (listener) websocket.removeListener(type, listener)
}

/** What was set as `onmessage` and the like. */
export function attributeHandler(websocket: WebSocket, type: string): Handler | null {
  const listener = listenerOf(websocket, type, ({ attribute }) => attribute)
  return listener ? wrapped.get(listener)!.handler : null
}

export function setAttributeHandler(websocket: WebSocket, type: string, handler: unknown): void {
  const before = listenerOf(websocket, type, ({ attribute }) => attribute)
  if (before) websocket.removeListener(type, before)
  if (typeof handler !== 'function') return
  addEventListener(websocket, type, handler as Handler, { attribute: true })
}

function listenerOf(
  emitter: EventEmitter,
  type: string,
  matches: (one: Wrapped) => boolean,
): Listener | undefined {
  return emitter.listeners(type).find((listener) => {
    const one = wrapped.get(listener)
    return one !== undefined && matches(one)
  }) as Listener | undefined
}

function isAdded({ handler, attribute }: Wrapped, wanted: Handler): boolean {
  return handler === wanted && !attribute
}

/** What `onopen` and its like may be set to: the type of a method, so that parameters are compared both ways. */
export type EventHandler<Target, Of> = { handle(this: Target, event: Of): unknown }['handle'] | null

type Callback = (this: EventTarget, event: Event) => unknown

interface Slot {
  /** A function, or an object that is never called: that is what `[LegacyTreatNonObjectAsNull]` means. */
  handler: object
  readonly listener: (event: Event) => void
}

/**
 * The event handlers of one target (HTML standard, "event handlers"). A handler's place among the
 * listeners is where it was first set.
 */
export class EventHandlers {
  readonly #target: EventTarget
  readonly #slots = new Map<string, Slot>()

  constructor(target: EventTarget) {
    this.#target = target
  }

  get(type: string): object | null {
    return this.#slots.get(type)?.handler ?? null
  }

  /** Anything but an object takes the handler away. */
  set(type: string, handler: unknown): void {
    const slot = this.#slots.get(type)
    const isObject = typeof handler === 'object' && handler !== null
    if (typeof handler !== 'function' && !isObject) {
      if (slot) this.#target.removeEventListener(type, slot.listener)
      this.#slots.delete(type)
    } else if (slot) {
      slot.handler = handler
    } else {
      const made: Slot = { handler, listener: (event) => this.#call(made.handler, event) }
      this.#slots.set(type, made)
      this.#target.addEventListener(type, made.listener)
    }
  }

  #call(handler: object, event: Event): void {
    if (typeof handler !== 'function') return
    const result = (handler as Callback).call(this.#target, event)
    if (result === false) event.preventDefault()
  }
}

/** Gives a class of event targets the attributes `on<type>`. */
export function defineEventHandlers<Target extends EventTarget>(
  prototype: Target,
  types: readonly string[],
  handlersOf: (target: Target) => EventHandlers,
): void {
  for (const type of types) {
    const name = `on${type}`
    // Written as accessors for the names that these give their functions.
    const attribute = {
      get [name](): unknown {
        return handlersOf(this as unknown as Target).get(type)
      },
      set [name](handler: unknown) {
        handlersOf(this as unknown as Target).set(type, handler)
      },
    }
    Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(attribute))
  }
}

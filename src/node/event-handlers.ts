/** What `onopen` and its like may be set to. */
export type EventHandler<Target, Of extends Event> = ((this: Target, event: Of) => unknown) | null

type Callback = (event: Event) => unknown

interface Slot {
  handler: Callback
  readonly listener: (event: Event) => void
}

/** The handlers of each target that has any, by type. */
const slots = new WeakMap<EventTarget, Map<string, Slot>>()

/**
 * Gives a class of event targets the event handler attributes `on<type>` (HTML standard, "event
 * handlers"). A handler's place among the listeners is where the attribute was first set.
 */
export function defineEventHandlers(prototype: EventTarget, types: readonly string[]): void {
  for (const type of types) {
    Object.defineProperty(prototype, `on${type}`, {
      get(this: EventTarget) {
        return slots.get(this)?.get(type)?.handler ?? null
      },
      set(this: EventTarget, handler: unknown) {
        setHandler(this, type, handler)
      },
      enumerable: true,
      configurable: true,
    })
  }
}

/** Anything that cannot be called takes the handler away. */
function setHandler(target: EventTarget, type: string, handler: unknown): void {
  const own = slots.get(target) ?? new Map<string, Slot>()
  slots.set(target, own)
  const slot = own.get(type)
  if (typeof handler !== 'function') {
    if (slot) target.removeEventListener(type, slot.listener)
    own.delete(type)
  } else if (slot) {
    slot.handler = handler as Callback
  } else {
    const made: Slot = {
      handler: handler as Callback,
      listener: (event) => void made.handler.call(target, event),
    }
    own.set(type, made)
    target.addEventListener(type, made.listener)
  }
}

import type { CloseEvent } from './close-event.ts'
import type { EventHandler } from './event-handlers.ts'

/** The events of a WebSocket by their type. */
export interface WebSocketEventMap {
  open: Event
  message: MessageEvent
  error: Event
  close: CloseEvent
}

type Listener<Target, Type extends keyof WebSocketEventMap> = (
  this: Target,
  event: WebSocketEventMap[Type],
) => unknown

/** What can be seen of an object: with this, a WebSocket passes for the one of TypeScript's DOM library. */
type Public<Of> = Pick<Of, keyof Of>
type PublicCloseEvent = Public<Omit<CloseEvent, 'cause'>> & Partial<Pick<CloseEvent, 'cause'>>

/** `EventTarget` as the type checker is to see it beneath a WebSocket. */
export interface WebSocketTarget extends EventTarget {
  onopen: EventHandler<Public<this>, Event>
  onmessage: EventHandler<Public<this>, MessageEvent>
  onerror: EventHandler<Public<this>, Event>
  onclose: EventHandler<Public<this>, PublicCloseEvent>

  addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<this, Type>,
    options?:
      | boolean
      | { capture?: boolean; once?: boolean; passive?: boolean; signal?: AbortSignal },
  ): void
  addEventListener(...parameters: Parameters<EventTarget['addEventListener']>): void
  removeEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<this, Type>,
    options?: boolean | { capture?: boolean },
  ): void
  removeEventListener(...parameters: Parameters<EventTarget['removeEventListener']>): void
}

/** It is `EventTarget` itself; the handlers come from `defineEventHandlers`. */
export const WebSocketTarget: new () => WebSocketTarget = EventTarget as new () => WebSocketTarget

import { useSignal, useSignalEffect } from '@preact/signals'
import type { TargetedKeyboardEvent, TargetedPointerEvent } from 'preact'

const narrowest = 320
const widest = 900

/** The line between the messages and the pane; dragged, or moved with the arrow keys. */
export function Splitter() {
  const width = useSignal(480)

  useSignalEffect(() => {
    document.documentElement.style.setProperty('--pane-width', `${width.value}px`)
  })

  function resize(next: number): void {
    // The messages keep room for themselves.
    const limit = Math.min(widest, innerWidth - 640)
    width.value = Math.round(Math.max(narrowest, Math.min(limit, next)))
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.key === 'ArrowLeft') resize(width.value + 24)
    else if (event.key === 'ArrowRight') resize(width.value - 24)
    else return
    event.preventDefault()
  }

  function onPointerMove(event: TargetedPointerEvent<HTMLDivElement>): void {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) resize(innerWidth - event.clientX)
  }

  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the details"
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      aria-valuenow={width.value}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  )
}

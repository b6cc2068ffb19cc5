import type { ReadonlySignal, Signal } from '@preact/signals'
import type { CloseRequest } from '../pure/close-request.ts'

interface CloseOptionsProps {
  readonly code: Signal<string>
  readonly reason: Signal<string>
  readonly request: ReadonlySignal<CloseRequest>
}

/** What the close frame of Disconnect says; nothing unless asked. */
export function CloseOptions({ code, reason, request }: CloseOptionsProps) {
  const wrong = request.value.ok ? undefined : request.value
  return (
    <details class="close-options">
      <summary data-testid="close-options">Close code and reason</summary>
      <div class="close-fields">
        <label class="field">
          <span>Code</span>
          <input
            data-testid="close-code"
            value={code.value}
            onInput={(event) => (code.value = event.currentTarget.value)}
            onKeyDown={keepFromConnecting}
            aria-invalid={wrong?.field === 'code'}
            aria-describedby="close-note"
            placeholder="none"
            inputMode="numeric"
            maxLength={4}
            autocomplete="off"
          />
        </label>
        <label class="field">
          <span>Reason</span>
          <input
            data-testid="close-reason"
            value={reason.value}
            onInput={(event) => (reason.value = event.currentTarget.value)}
            onKeyDown={keepFromConnecting}
            aria-invalid={wrong?.field === 'reason'}
            aria-describedby="close-note"
            placeholder="none"
            autocomplete="off"
          />
        </label>
      </div>
      <p id="close-note" class={wrong ? 'hint bad' : 'hint'}>
        {wrong?.message ?? 'Sent when you disconnect. 1000, or 3000 to 4999.'}
      </p>
    </details>
  )
}

/** These fields stand in the form that connects, but Enter in them must not do so. */
function keepFromConnecting(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault()
}

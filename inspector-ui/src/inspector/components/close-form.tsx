import { useComputed, useSignal } from '@preact/signals'
import type { FeedConnection } from '../../../../src/inspect/feed/feed-messages.ts'
import { Button } from '../../components/button.tsx'
import { Segmented } from '../../components/segmented.tsx'
import type { Inspector } from '../model/inspector.ts'
import { sidesOf } from './connection-words.ts'

interface CloseFormProps {
  readonly inspector: Inspector
  readonly connection: FeedConnection
}

/** Ends a connection with any code, also one that no endpoint may send, or cuts it off. */
export function CloseForm({ inspector, connection }: CloseFormProps) {
  const { hello, ask } = inspector
  const sides = sidesOf(hello.value?.kind)
  const to = useSignal(sides[0] ?? 'client')
  const code = useSignal('1001')
  const reason = useSignal('')
  const failure = useSignal<string>()
  const wrong = useComputed(() => !/^\d{1,5}$/.test(code.value) || Number(code.value) > 0xffff)

  async function close(sent: number | undefined): Promise<void> {
    try {
      await ask({
        ask: 'close',
        connection: connection.id,
        to: to.value,
        code: sent,
        reason: sent === undefined ? '' : reason.value,
      })
      failure.value = undefined
    } catch (error) {
      failure.value = (error as Error).message
    }
  }

  return (
    <section class="card" aria-label="Close" data-testid="close-form">
      <h2>Close</h2>
      <form
        class="act-row"
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong.value) void close(Number(code.value))
        }}
      >
        {sides.length > 1 && (
          <Segmented
            label="Where the close frame goes"
            value={to.value}
            onChange={(next) => (to.value = next)}
            segments={sides.map((side) => ({
              value: side,
              label: `to ${side}`,
              testId: `close-to-${side}`,
            }))}
          />
        )}
        <input
          aria-label="Close code"
          data-testid="close-code"
          inputMode="numeric"
          value={code.value}
          onInput={(event) => (code.value = event.currentTarget.value)}
          aria-invalid={wrong.value}
        />
        <input
          class="wide"
          aria-label="Reason"
          data-testid="close-reason"
          value={reason.value}
          onInput={(event) => (reason.value = event.currentTarget.value)}
          placeholder="reason"
        />
        <Button type="submit" testId="close-send" disabled={wrong.value}>
          Close
        </Button>
        <Button testId="cut-off" onClick={() => void close(undefined)}>
          Cut off
        </Button>
      </form>
      <p class={failure.value === undefined ? 'hint' : 'hint bad'} role="status">
        {failure.value ?? 'Cut off ends it without a close frame: the other end sees 1006.'}
      </p>
    </section>
  )
}

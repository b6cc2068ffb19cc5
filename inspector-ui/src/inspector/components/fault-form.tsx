import { useSignal } from '@preact/signals'
import type { FeedConnection } from '../../../../src/inspect/feed/feed-messages.ts'
import type { FaultCommand } from '../../../../src/inspect/feed/feed-requests.ts'
import { Button } from '../../components/button.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { count } from '../../pure/format.ts'
import type { Inspector } from '../model/inspector.ts'
import { sidesOf } from './connection-words.ts'

interface FaultFormProps {
  readonly inspector: Inspector
  readonly connection: FeedConnection
}

type Fault = FaultCommand['fault']

/** Does harm to one way of a connection, to see what a program makes of it. */
export function FaultForm({ inspector, connection }: FaultFormProps) {
  const { hello, ask } = inspector
  const sides = sidesOf(hello.value?.kind)
  const to = useSignal(sides.at(-1) ?? 'client')
  const kind = useSignal<'delay' | 'drop' | 'half-open'>('delay')
  const amount = useSignal('500')
  const failure = useSignal<string>()
  const number = Number(amount.value)
  const wrong = kind.value !== 'half-open' && !(Number.isInteger(number) && number > 0)

  async function inject(side: FaultCommand['to'], fault: Fault): Promise<void> {
    try {
      await ask({ ask: 'fault', connection: connection.id, to: side, fault })
      failure.value = undefined
    } catch (error) {
      failure.value = (error as Error).message
    }
  }

  function chosen(): Fault {
    if (kind.value === 'delay') return { kind: 'delay', milliseconds: number }
    return kind.value === 'drop' ? { kind: 'drop', frames: number } : { kind: 'half-open' }
  }

  return (
    <section class="card" aria-label="Inject a fault" data-testid="fault-form">
      <h2>Inject a fault</h2>
      {connection.faults.map(({ to: side, fault }) => (
        <p key={side} class="fault-active" data-testid="fault-active">
          <span>
            To the {side}: {faultWords(fault)}
          </span>
          <Button testId="fault-stop" onClick={() => void inject(side, { kind: 'none' })}>
            Stop
          </Button>
        </p>
      ))}
      <form
        class="act-row"
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong) void inject(to.value, chosen())
        }}
      >
        {sides.length > 1 && (
          <Segmented
            label="Where it was going"
            value={to.value}
            onChange={(next) => (to.value = next)}
            segments={sides.map((side) => ({
              value: side,
              label: `to ${side}`,
              testId: `fault-to-${side}`,
            }))}
          />
        )}
        <select
          aria-label="Fault"
          data-testid="fault-kind"
          value={kind.value}
          onChange={(event) => (kind.value = event.currentTarget.value as typeof kind.value)}
        >
          <option value="delay">Delay by ms</option>
          <option value="drop">Drop frames</option>
          <option value="half-open">Half-open</option>
        </select>
        {kind.value !== 'half-open' && (
          <input
            aria-label={kind.value === 'delay' ? 'Milliseconds' : 'Frames'}
            data-testid="fault-amount"
            inputMode="numeric"
            value={amount.value}
            onInput={(event) => (amount.value = event.currentTarget.value)}
            aria-invalid={wrong}
          />
        )}
        <Button type="submit" testId="fault-inject" disabled={wrong}>
          Inject
        </Button>
      </form>
      <p class={failure.value === undefined ? 'hint' : 'hint bad'} role="status">
        {failure.value ?? hints[kind.value]}
      </p>
    </section>
  )
}

const hints = {
  delay: 'Everything that goes there arrives so much later.',
  drop: 'The next so many frames that go there do not arrive.',
  'half-open': 'Nothing arrives there any more, as when a cable is pulled. It stays open.',
} as const

function faultWords(fault: Fault): string {
  if (fault.kind === 'delay') return `${fault.milliseconds} ms late`
  if (fault.kind === 'drop') return `${count(fault.frames, 'frame')} to be dropped`
  return fault.kind === 'half-open' ? 'nothing arrives (half-open)' : 'no fault'
}

import { useSignal } from '@preact/signals'
import { count } from '../pure/format.ts'
import { Button } from './button.tsx'

interface TextViewProps {
  readonly text: string
}

/** Laying out more than this takes long enough to notice. */
const shownAtFirst = 100_000

export function TextView({ text }: TextViewProps) {
  const whole = useSignal(text.length <= shownAtFirst)
  if (text === '') return <p class="panel-empty">The message is empty.</p>
  return (
    <div class="content" tabIndex={0} role="region" aria-label="Text of the message">
      <pre>{whole.value ? text : text.slice(0, shownAtFirst)}</pre>
      {!whole.value && (
        <Button onClick={() => (whole.value = true)}>
          Show {count(text.length - shownAtFirst, 'more character')}
        </Button>
      )}
    </div>
  )
}

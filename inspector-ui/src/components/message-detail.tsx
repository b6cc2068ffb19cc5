import { useSignal } from '@preact/signals'
import { byteLength, clockTime, grouped } from '../pure/format.ts'
import { hexDump } from '../pure/hex.ts'
import { joinTokens, jsonTokens } from '../pure/json-tokens.ts'
import type { LogEntry } from '../pure/log-entry.ts'
import { CopyButton } from './copy-button.tsx'
import { HexView } from './hex-view.tsx'
import { JsonView } from './json-view.tsx'
import { DirectionIcon } from './message-row.tsx'
import { Segmented } from './segmented.tsx'
import { TextView } from './text-view.tsx'

interface MessageDetailProps {
  readonly entry: LogEntry
}

type Form = 'text' | 'json' | 'hex'

const titles = { sent: 'Sent', received: 'Received', system: 'Event' } as const

/** One message whole, in whichever form the reader wants. */
export function MessageDetail({ entry }: MessageDetailProps) {
  const { data, direction, kind, length, time } = entry
  const text = typeof data === 'string' ? data : new TextDecoder().decode(data)
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  const tokens = jsonTokens(text)
  const first: Form = kind === 'binary' ? 'hex' : tokens ? 'json' : 'text'
  const form = useSignal<Form>(first)
  const shown = form.value
  const copied = {
    hex: () => hexDump(bytes),
    json: () => joinTokens(tokens ?? []),
    text: () => text,
  }

  return (
    <article class="message-detail">
      <header class="detail-head">
        <span class="detail-direction" data-direction={direction}>
          <DirectionIcon direction={direction} />
          {titles[direction]}
        </span>
        {direction !== 'system' && (
          <span title={`${grouped(length)} bytes`}>
            {kind}, {byteLength(length)}
          </span>
        )}
        <time>{clockTime(time)}</time>
      </header>
      <div class="detail-tools">
        <Segmented
          label="Show as"
          value={shown}
          onChange={(next) => (form.value = next)}
          segments={[
            ...(tokens ? [{ value: 'json' as const, label: 'JSON', testId: 'json-toggle' }] : []),
            { value: 'text', label: kind === 'binary' ? 'UTF-8' : 'Text', testId: 'text-toggle' },
            { value: 'hex', label: 'Hex', testId: 'hex-toggle' },
          ]}
        />
        <CopyButton text={copied[shown]} />
      </div>
      {shown === 'hex' ? (
        <HexView bytes={bytes} />
      ) : shown === 'json' && tokens ? (
        <JsonView tokens={tokens} />
      ) : (
        <TextView text={text} />
      )}
    </article>
  )
}

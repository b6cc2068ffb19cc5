import { useSignal } from '@preact/signals'
import type { FrameRecord } from '../../../../src/inspect/recording/records.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { HexView } from '../../components/hex-view.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { TextView } from '../../components/text-view.tsx'
import { decodings } from '../../pure/decoders/decoders.ts'
import { hexDump } from '../../pure/hex.ts'
import { joinTokens, jsonTokens } from '../../pure/json-tokens.ts'
import type { Row } from '../../pure/rows/row.ts'
import type { Draft } from '../model/draft.ts'
import type { Inspector } from '../model/inspector.ts'
import type { Detail } from '../model/use-detail.ts'
import { pathOf, protocolOf } from './connection-words.ts'
import { MessageFacts } from './message-facts.tsx'
import { Resend } from './resend.tsx'
import { ValueTree } from './value-tree.tsx'

interface MessagePanelProps {
  readonly inspector: Inspector
  readonly row: Row
  readonly detail: Detail
  readonly onEdit: (draft: Draft) => void
}

/** One message whole, in whichever form the reader wants. */
export function MessagePanel({ inspector, row, detail, onEdit }: MessagePanelProps) {
  const frame = detail.kind === 'known' ? detail.frame : undefined
  return (
    <article class="message-detail" data-testid="detail" aria-busy={detail.kind === 'asking'}>
      <MessageFacts inspector={inspector} row={row} frame={frame} />
      {detail.kind === 'failed' && (
        <p class="panel-note">Only the beginning is here: {detail.message}</p>
      )}
      <Resend inspector={inspector} row={row} frame={frame} onEdit={onEdit} />
      <Forms key={detail.kind} inspector={inspector} row={row} frame={frame} />
    </article>
  )
}

interface FormsProps {
  readonly inspector: Inspector
  readonly row: Row
  readonly frame: FrameRecord | undefined
}

function Forms({ inspector, row, frame }: FormsProps) {
  // Until all of it is here, and where it no longer is, its beginning has to do.
  const bytes = (frame?.message ?? frame)?.payload ?? row.preview
  const isText = row.kind === 'text'
  const text = new TextDecoder().decode(bytes)
  const connection = inspector.connection(row.connection)
  const decoded = decodings({
    bytes,
    text: isText ? text : undefined,
    protocol: connection && protocolOf(connection),
    path: connection ? pathOf(connection) : '/',
    first: firstOf(inspector, row.connection),
  })
  const tokens = isText ? jsonTokens(text) : undefined
  const [best] = decoded
  const form = useSignal(best ? best.name : isText ? 'text' : 'hex')
  const shown = decoded.find(({ name }) => name === form.value)
  const copied = {
    source: () => joinTokens(tokens ?? []),
    text: () => text,
    hex: () => hexDump(bytes),
  }
  const copy = copied[form.value as keyof typeof copied] ?? (tokens ? copied.source : copied.text)

  return (
    <>
      <div class="detail-tools">
        <Segmented
          label="Show as"
          value={form.value}
          onChange={(next) => (form.value = next)}
          segments={[
            ...decoded.map(({ name }) => ({ value: name, label: name, testId: `as-${name}` })),
            ...(tokens ? [{ value: 'source', label: 'Source', testId: 'as-source' }] : []),
            { value: 'text', label: isText ? 'Text' : 'UTF-8', testId: 'as-text' },
            { value: 'hex', label: 'Hex', testId: 'as-hex' },
          ]}
        />
        <CopyButton text={copy} />
      </div>
      {shown ? (
        <div class="content" tabIndex={0} role="region" aria-label={`${shown.name} of the message`}>
          <p class="decoded-summary" data-testid="decoded">
            {shown.summary}
          </p>
          <ValueTree value={shown.value} />
        </div>
      ) : form.value === 'hex' ? (
        <HexView bytes={bytes} />
      ) : form.value === 'source' && tokens ? (
        <JsonView tokens={tokens} />
      ) : (
        <TextView text={text} />
      )}
    </>
  )
}

/** The beginning of the first message that a client sent, as far as it is kept. */
function firstOf({ rows, connection }: Inspector, id: number): Uint8Array | undefined {
  const wanted = connection(id)?.role === 'client'
  return rows.first(id, wanted ? 'sent' : 'received')?.preview
}

import { HexView } from '../../components/hex-view.tsx'
import { DirectionIcon } from '../../components/message-row.tsx'
import { clockTime, count } from '../../pure/format.ts'
import { type FrameFacts, frameHeader, headerBytes } from '../../pure/frame-header.ts'
import { hexText } from '../../pure/hex.ts'
import type { Row } from '../../pure/rows/row.ts'
import { frameWords } from '../../pure/rows/row-preview.ts'
import type { Detail } from '../model/use-detail.ts'
import { FrameHeaderView } from './frame-header-view.tsx'

interface FramePanelProps {
  readonly row: Row
  readonly detail: Detail
}

/** One frame: its header bit by bit, and its payload as it was on the wire but for the mask. */
export function FramePanel({ row, detail }: FramePanelProps) {
  const { direction, number, at, wireLength } = row
  const frame: FrameFacts = { ...row, length: wireLength }
  const header = headerBytes(frame)
  const payload = detail.kind === 'known' ? detail.frame.payload : undefined
  return (
    <article class="message-detail" data-testid="frame-detail">
      <header class="detail-head">
        <span class="detail-direction" data-direction={direction}>
          <DirectionIcon direction={direction} />
          Frame {number}
        </span>
        <span>{frameWords(row)}</span>
        <time>{clockTime(at)}</time>
      </header>
      <section class="frame-header" aria-label="Header of the frame">
        <h2>
          Header <span class="hint">{count(header.length, 'byte')}, RFC 6455 §5.2</span>
        </h2>
        <p class="mono frame-bytes" data-testid="header-bytes">
          {hexText(header)}
        </p>
        <FrameHeaderView fields={frameHeader(frame)} />
      </section>
      <section class="frame-payload" aria-label="Payload of the frame">
        <h2>
          Payload <span class="hint">{payloadWords(row, payload)}</span>
        </h2>
      </section>
      {payload && <HexView bytes={payload} />}
      {detail.kind === 'failed' && <p class="panel-note">{detail.message}</p>}
      {detail.kind === 'known' && !payload && (
        <p class="panel-note">
          It is not shown, because a secret was taken out of its message. The Message tab has the
          rest.
        </p>
      )}
    </article>
  )
}

function payloadWords({ wireLength, rsv, maskKey }: Row, payload: Uint8Array | undefined): string {
  const cut = payload && payload.length < wireLength ? `, the first ${payload.length} kept` : ''
  const unmasked = maskKey === undefined || wireLength === 0 ? '' : ', shown unmasked'
  return `${count(wireLength, 'byte')}${cut}${unmasked}${rsv & 4 ? ', compressed' : ''}`
}

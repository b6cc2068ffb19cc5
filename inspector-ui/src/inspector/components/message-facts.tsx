import type { FrameRecord } from '../../../../src/inspect/recording/records.ts'
import { DirectionIcon } from '../../components/message-row.tsx'
import { byteLength, clockTime, count, grouped, roundTrip } from '../../pure/format.ts'
import type { Row } from '../../pure/rows/row.ts'
import type { Inspector } from '../model/inspector.ts'

interface MessageFactsProps {
  readonly inspector: Inspector
  readonly row: Row
  readonly frame: FrameRecord | undefined
}

const titles = { sent: 'Sent', received: 'Received' } as const

export function MessageFacts({ inspector, row, frame }: MessageFactsProps) {
  const { direction, kind, at, redacted, message, topic, rtt } = row
  const length = row.length ?? row.wireLength
  const { frames = 1, payload } = frame?.message ?? {}
  const gap = inspector.rows.gapBefore(row)
  const name = inspector.topics.get(topic)
  return (
    <>
      <header class="detail-head">
        <span class="detail-direction" data-direction={direction}>
          <DirectionIcon direction={direction} />
          {titles[direction]}
        </span>
        <span title={`${grouped(length)} bytes`}>
          {kind}, {byteLength(length)}
        </span>
        {redacted && <span class="chip-mark busy">redacted</span>}
        <time>{clockTime(at)}</time>
      </header>
      <dl class="facts detail-facts" data-testid="message-facts">
        <dt>Connection</dt>
        <dd>
          {row.connection}
          {message !== undefined && `, message ${message} ${direction}`}
          {frames > 1 && ` in ${count(frames, 'frame')}`}
        </dd>
        {row.compressed && (
          <>
            <dt>Compression</dt>
            <dd>{ratioWords(frame?.message?.wireLength ?? row.wireLength, length)}</dd>
          </>
        )}
        {gap && (
          <>
            <dt>Latency</dt>
            <dd>
              {roundTrip(gap.milliseconds)} after the last one {gap.direction}
            </dd>
          </>
        )}
        {rtt !== undefined && (
          <>
            <dt>Round trip</dt>
            <dd>{roundTrip(rtt)} since its ping</dd>
          </>
        )}
        {name !== undefined && (
          <>
            <dt>Topic</dt>
            <dd>{name}</dd>
          </>
        )}
        {payload && payload.length < length && (
          <>
            <dt>Kept</dt>
            <dd>the first {byteLength(payload.length)}; the rest was cut off</dd>
          </>
        )}
        {redacted && (
          <>
            <dt>Redacted</dt>
            <dd>secrets were taken out before it was stored</dd>
          </>
        )}
      </dl>
    </>
  )
}

function ratioWords(wire: number, length: number): string {
  const share = length === 0 ? 100 : Math.round((wire / length) * 100)
  return `${byteLength(wire)} on the wire, ${share} % of it (permessage-deflate)`
}

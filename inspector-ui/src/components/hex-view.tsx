import { useRef } from 'preact/hooks'
import { hexRow } from '../pure/hex.ts'
import { rowWindow } from '../pure/row-window.ts'
import { useViewport } from './use-viewport.ts'

interface HexViewProps {
  readonly bytes: Uint8Array
}

const rowHeight = 20
/** Below this width 16 bytes and their characters do not fit beside one another. */
const narrow = 440

/** Offset, bytes and ASCII; only the rows in view exist, so a message of megabytes opens at once. */
export function HexView({ bytes }: HexViewProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const { scrollTop, width, height } = useViewport(scroller)
  const perRow = width > 0 && width < narrow ? 8 : 16
  const total = Math.ceil(bytes.length / perRow)
  const { from, to } = rowWindow(scrollTop, height, rowHeight, total)
  return (
    <div
      ref={scroller}
      class="content hex"
      tabIndex={0}
      role="region"
      aria-label="Bytes of the message"
      data-testid="hex"
    >
      {bytes.length === 0 && <p class="panel-empty">The message has no bytes.</p>}
      <div style={{ height: `${total * rowHeight}px`, '--per-row': perRow }}>
        <div style={{ transform: `translateY(${from * rowHeight}px)` }}>
          {Array.from({ length: to - from }, (_, index) => {
            const row = hexRow(bytes, from + index, perRow)
            return (
              <div key={row.offset} class="hex-row">
                <span class="hex-offset">{row.offset}</span>{' '}
                <span class="hex-bytes">{row.bytes}</span>{' '}
                <span class="hex-ascii">{row.ascii}</span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

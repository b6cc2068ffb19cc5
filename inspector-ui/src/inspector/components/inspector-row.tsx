import { DirectionIcon } from '../../components/message-row.tsx'
import { byteLength, clockTime, grouped } from '../../pure/format.ts'
import { frameWords, rowPreview } from '../../pure/rows/row-preview.ts'
import type { Row } from '../../pure/rows/row.ts'
import type { RowFilter } from '../../pure/rows/row-filter.ts'

interface InspectorRowProps {
  readonly row: Row
  readonly level: RowFilter['level']
  /** Whether all rows are of one connection. */
  readonly alone: boolean
  readonly selected: boolean
  readonly position: number
  readonly total: number
  readonly onSelect: () => void
}

export function InspectorRow(props: InspectorRowProps) {
  const { row, level, alone, selected, position, total, onSelect } = props
  const { number, direction, kind, redacted, at, connection } = row
  const preview = rowPreview(row)
  const length = level === 'frames' ? row.wireLength : (row.length ?? row.wireLength)
  return (
    <div
      id={rowElementId(number)}
      class="row"
      role="option"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={total}
      data-testid="message"
      data-direction={direction}
      data-kind={kind}
      data-number={number}
      onClick={onSelect}
    >
      <span class="row-direction">
        <DirectionIcon direction={direction} />
        <span class="visually-hidden">{direction} </span>
      </span>
      {level === 'frames' && <span class="row-frame">{frameWords(row)}</span>}
      <span class={preview === '' ? 'row-preview empty' : 'row-preview'}>
        {!alone && (
          <span class="row-connection" title={`connection ${connection}`}>
            {connection}
          </span>
        )}
        {redacted && <span class="chip-mark busy">redacted</span>}
        {preview === '' ? 'empty' : preview}
      </span>
      <span class="row-length" title={`${grouped(length)} bytes`}>
        {byteLength(length)}
      </span>
      <time class="row-time">{clockTime(at)}</time>
    </div>
  )
}

export function rowElementId(number: number): string {
  return `row-${number}`
}

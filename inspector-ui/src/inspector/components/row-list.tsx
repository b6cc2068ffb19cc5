import { useComputed } from '@preact/signals'
import { rowHeight, VirtualList } from '../../components/virtual-list.tsx'
import { count, grouped } from '../../pure/format.ts'
import type { Row } from '../../pure/rows/row.ts'
import type { Inspector } from '../model/inspector.ts'
import { InspectorRow, rowElementId } from './inspector-row.tsx'

interface RowListProps {
  readonly inspector: Inspector
}

export function RowList({ inspector }: RowListProps) {
  const { rows, filters, selected, tab, view } = inspector
  const version = rows.version.value
  const { length, shifted } = rows.view
  const present = selected.value
  const level = filters.level.value
  const alone = useComputed(() => filters.connection.value !== undefined)

  function select(row: Row | undefined): void {
    selected.value = row
    // From the frame of one row to the frame of the next, and from anything else to the message.
    if (!row) tab.value = 'connection'
    else if (tab.value !== 'frame') tab.value = row.ends ? 'message' : 'frame'
  }

  function drawn(index: number, slot: number) {
    const row = rows.shown(index)
    return (
      row && (
        <InspectorRow
          key={slot}
          row={row}
          level={level}
          alone={alone.value}
          selected={row.number === present?.number}
          position={index + 1}
          total={length}
          onSelect={() => {
            select(row)
            view.value = 'details'
          }}
        />
      )
    )
  }

  return (
    <div class="list" data-level={level} style={{ '--row-height': `${rowHeight}px` }}>
      <ListHead inspector={inspector} />
      <VirtualList
        label={level === 'frames' ? 'Frames' : 'Messages'}
        length={length}
        shifted={shifted}
        version={version}
        selected={present ? indexOf(inspector, present) : -1}
        selectedId={present && rowElementId(present.number)}
        row={drawn}
        onSelect={(index) => select(index === undefined ? undefined : rows.shown(index))}
      />
      {length === 0 && <Empty inspector={inspector} />}
    </div>
  )
}

function ListHead({ inspector }: RowListProps) {
  const { rows, filters } = inspector
  const { view, store, missed } = rows
  void rows.version.value
  const held = store.end - store.start
  return (
    <div class="list-head">
      <span />
      {filters.level.value === 'frames' && <span aria-hidden="true">Frame</span>}
      <span class="list-figures" data-testid="bounds">
        {count(view.length, filters.level.value === 'frames' ? 'frame' : 'message')}
        {filters.level.value === 'messages' && ` of ${count(held, 'frame')}`}
        {store.start > 0 && `, oldest ${grouped(store.start)} let go`}
        {missed.value > 0 && `, ${grouped(missed.value)} missed`}
      </span>
      <span aria-hidden="true">Length</span>
      <span aria-hidden="true">Time</span>
    </div>
  )
}

function Empty({ inspector }: RowListProps) {
  const { rows, hello, file, connections } = inspector
  void rows.version.value
  if (rows.store.end > rows.store.start) {
    return (
      <div class="empty-list">
        <p>Nothing here passes the filters.</p>
      </div>
    )
  }
  const { proxy, target } = hello.value ?? {}
  return (
    <div class="empty-list">
      <p>
        <b>{file.value === undefined ? 'Nothing recorded yet' : 'The file has no messages'}</b>
      </p>
      {proxy !== undefined && connections.value.length === 0 && (
        <p>
          Connect your client to <code>{proxy}</code> instead of <code>{target}</code>.
        </p>
      )}
      {proxy === undefined && file.value === undefined && (
        <p>Messages appear here as they come and go.</p>
      )}
    </div>
  )
}

/** -1 where the filters hide it. */
function indexOf({ rows }: Inspector, row: Row): number {
  const place = rows.store.placeOf(row.number)
  if (place === undefined) return -1
  const index = rows.view.indexOf(place)
  return rows.view.at(index) === place ? index : -1
}

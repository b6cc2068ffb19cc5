import { useSignal } from '@preact/signals'
import type { ComponentChildren, TargetedKeyboardEvent } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { count } from '../pure/format.ts'
import { rowWindow, scrollToRow } from '../pure/row-window.ts'
import { ArrowDownIcon } from './icons.tsx'
import { useScaledScroll } from './use-scaled-scroll.ts'

/** Taller where a finger must hit a row; fixed, so that positions can be computed. */
export const rowHeight = matchMedia('(pointer: coarse)').matches ? 40 : 28

interface VirtualListProps {
  readonly label: string
  readonly length: number
  /** How many rows have ever left at the top. */
  readonly shifted: number
  /** Changes whenever rows come or go. */
  readonly version: number
  /** The index of the selected row; -1 for none. */
  readonly selected: number
  /** The id of the element of the selected row. */
  readonly selectedId: string | undefined
  /** @param slot A key that keeps its element when the list scrolls: other text is written into it. */
  readonly row: (index: number, slot: number) => ComponentChildren
  /** By the keyboard; undefined for nothing. */
  readonly onSelect: (index: number | undefined) => void
}

/** A list of any length that stays at its end while rows come; only the rows in view exist. */
export function VirtualList(props: VirtualListProps) {
  const { label, length, shifted, version, selected, selectedId, row, onSelect } = props
  const scroller = useRef<HTMLDivElement>(null)
  const following = useSignal(true)
  /** How many rows there had ever been when the user scrolled up. */
  const seen = useRef(0)
  const left = useRef(0)
  const { top, pageTop, height, pageHeight, scrollTo } = useScaledScroll(
    scroller,
    length * rowHeight,
  )
  const { from, to } = rowWindow(top, height, rowHeight, length)

  // Before the browser paints: stay at the end, or keep the rows in view where they are although
  // others have left at the top.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const gone = shifted - left.current
    left.current = shifted
    if (following.value) element.scrollTop = element.scrollHeight
    else if (gone > 0) scrollTo(top - gone * rowHeight)
    // A list that was cleared or filtered may now fit, and then no scroll event says that this is the end.
    if (element.scrollHeight <= element.clientHeight) following.value = true
  }, [version, height, following.value])

  // What is selected from elsewhere, such as the time line, is to be seen.
  useLayoutEffect(() => {
    if (selected === -1 || height === 0) return
    const wanted = scrollToRow(selected, top, height, rowHeight)
    if (wanted !== top) scrollTo(wanted)
  }, [selectedId])

  function onScroll(): void {
    const element = scroller.current
    if (!element) return
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    const atEnd = below < rowHeight
    if (following.value && !atEnd) seen.current = length + shifted
    following.value = atEnd
  }

  function selectAt(index: number): void {
    if (length > 0) onSelect(Math.max(0, Math.min(length - 1, index)))
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    // With nothing selected, Up begins at the end, where the newest are.
    const before = (step: number): number => (selected === -1 ? length - 1 : selected - step)
    const moves: Record<string, () => void> = {
      ArrowDown: () => selectAt(selected + 1),
      ArrowUp: () => selectAt(before(1)),
      PageDown: () => selectAt(selected + page),
      PageUp: () => selectAt(before(page)),
      Home: () => selectAt(0),
      End: () => selectAt(length - 1),
      Escape: () => onSelect(undefined),
    }
    const move = moves[event.key]
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    move()
  }

  const fresh = length + shifted - seen.current
  return (
    <>
      <div
        ref={scroller}
        class="list-scroller"
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-keyshortcuts="l"
        aria-activedescendant={selected >= from && selected < to ? selectedId : undefined}
        data-testid="messages"
        data-following={following.value}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div class="list-height" role="presentation" style={{ height: `${pageHeight}px` }}>
          <div
            class="list-rows"
            role="presentation"
            style={{
              '--row-height': `${rowHeight}px`,
              transform: `translateY(${pageTop + from * rowHeight - top}px)`,
            }}
          >
            {Array.from({ length: Math.max(0, to - from) }, (_, index) =>
              row(from + index, (from + index + shifted) % (to - from)),
            )}
          </div>
        </div>
      </div>
      {!following.value && (
        <button
          type="button"
          class="jump"
          data-testid="jump"
          onClick={() => (following.value = true)}
        >
          <ArrowDownIcon />
          {fresh > 0 ? count(fresh, 'new row') : 'Jump to latest'}
        </button>
      )}
    </>
  )
}

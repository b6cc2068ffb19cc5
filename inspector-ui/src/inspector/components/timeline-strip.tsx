import { useSignal } from '@preact/signals'
import type { TargetedPointerEvent } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useViewport } from '../../components/use-viewport.ts'
import { clockTime, count, roundTrip } from '../../pure/format.ts'
import { type Timeline, timelineOf, type TimeSlice } from '../../pure/timeline.ts'
import type { Inspector } from '../model/inspector.ts'

interface TimelineStripProps {
  readonly inspector: Inspector
}

const height = 44
/** Pixels of one slice of time. */
const sliceWidth = 4
/** Milliseconds between two drawings while rows come. */
const pause = 250

/** What came and went over time, and how long pings took; a click goes to that time. */
export function TimelineStrip({ inspector }: TimelineStripProps) {
  const { rows, filters } = inspector
  const strip = useRef<HTMLDivElement>(null)
  const { width } = useViewport(strip)
  const pointed = useSignal<number>()
  const timeline = useTimeline(inspector, Math.floor(width / sliceWidth))
  const { slices, from, to } = timeline
  const most = Math.max(1, ...slices.map(({ sent, received }) => Math.max(sent, received)))
  const longest = Math.max(0, ...slices.map(({ rtt }) => rtt))

  function sliceOf(event: TargetedPointerEvent<HTMLDivElement>): number {
    const { left } = event.currentTarget.getBoundingClientRect()
    return Math.max(0, Math.min(slices.length - 1, Math.floor((event.clientX - left) / sliceWidth)))
  }

  function jump(index: number): void {
    const first = slices.slice(index).find((slice) => slice.first !== undefined)?.first
    const row = first === undefined ? undefined : rows.shown(first)
    if (!row) return
    inspector.selected.value = row
    inspector.tab.value = 'message'
  }

  const slice = slices[pointed.value ?? -1]
  const words = slice
    ? sliceWords(slice, from + (((pointed.value ?? 0) + 0.5) / slices.length) * (to - from))
    : spanWords(timeline)
  return (
    <div class="timeline" data-testid="timeline">
      <div
        ref={strip}
        class="timeline-strip"
        onPointerMove={(event) => (pointed.value = sliceOf(event))}
        onPointerLeave={() => (pointed.value = undefined)}
        onClick={(event) => jump(sliceOf(event as unknown as TargetedPointerEvent<HTMLDivElement>))}
      >
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`Messages over time, ${words}${longest > 0 ? `, pings up to ${roundTrip(longest)}` : ''}`}
        >
          <path class="timeline-sent" d={bars(slices, most, 'sent')} />
          <path class="timeline-received" d={bars(slices, most, 'received')} />
          {longest > 0 && <path class="timeline-rtt" d={dots(slices, longest)} />}
          {pointed.value !== undefined && (
            <rect
              class="timeline-pointed"
              x={pointed.value * sliceWidth}
              width={sliceWidth}
              height={height}
            />
          )}
        </svg>
      </div>
      <p class="timeline-words" aria-hidden="true">
        <span>{words}</span>
        {longest > 0 && <span class="timeline-latency">ping ≤ {roundTrip(longest)}</span>}
        {filters.connection.value !== undefined && (
          <span>connection {filters.connection.value}</span>
        )}
      </p>
    </div>
  )
}

const nothing: Timeline = { from: 0, to: 0, slices: [] }

/** Drawn anew at most a few times in a second: a time line is no stopwatch. */
function useTimeline({ rows, filters }: Inspector, slices: number): Timeline {
  const timeline = useSignal(nothing)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const version = rows.version.value
  const connection = filters.connection.value

  useEffect(() => {
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined
        timeline.value =
          timelineOf(rows.view, rows.store, Math.max(20, slices), filters.connection.peek()) ??
          nothing
      },
      timeline.peek() === nothing ? 0 : pause,
    )
  }, [version, slices, connection])
  useEffect(() => () => clearTimeout(timer.current), [])
  return timeline.value
}

/** Sent above the middle, received below it. */
function bars(slices: Timeline['slices'], most: number, way: 'sent' | 'received'): string {
  const middle = height / 2
  return slices
    .map((slice, index) => {
      if (slice[way] === 0) return ''
      // A single message is to be seen beside a thousand.
      const length = Math.max(2, (slice[way] / most) * (middle - 3))
      const end = way === 'sent' ? middle - 0.5 - length : middle + 0.5 + length
      return `M${index * sliceWidth + 1.5} ${way === 'sent' ? middle - 0.5 : middle + 0.5}V${end.toFixed(1)}`
    })
    .join('')
}

function dots(slices: Timeline['slices'], longest: number): string {
  return slices
    .map(({ rtt }, index) => {
      if (rtt === 0) return ''
      const y = height - 3 - (rtt / longest) * (height - 6)
      return `M${index * sliceWidth + 1.5} ${y.toFixed(1)}h0.01`
    })
    .join('')
}

function spanWords({ from, to, slices }: Timeline): string {
  if (slices.length === 0) return 'No messages yet'
  return `${clockTime(from).slice(0, 8)} to ${clockTime(to).slice(0, 8)}`
}

function sliceWords({ sent, received, rtt }: Readonly<TimeSlice>, at: number): string {
  const ping = rtt > 0 ? `, ping ${roundTrip(rtt)}` : ''
  return `${clockTime(at)}: ${count(sent, 'row')} sent, ${received} received${ping}`
}

import type { FeedConnection } from '../../../../src/inspect/feed/feed-messages.ts'
import { ArrowDownIcon, ArrowUpIcon } from '../../components/icons.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { activitySeconds } from '../../pure/activity.ts'
import { byteLength, count, duration, grouped, roundTrip } from '../../pure/format.ts'
import { pathOf, remoteOf } from './connection-words.ts'

interface ConnectionItemProps {
  readonly connection: FeedConnection
  readonly pressed: boolean
  /** Frames in each of the last seconds. */
  readonly activity: readonly number[]
  /** Milliseconds since 1970. */
  readonly now: number
  readonly onChoose: () => void
}

export function ConnectionItem(props: ConnectionItemProps) {
  const { connection, pressed, activity, now, onChoose } = props
  const { id, openedAt, closed, transmitted, received } = connection
  const state = closed ? (closed.wasClean ? 'closed' : 'lost') : 'open'
  const age = ((closed?.at ?? now) - openedAt) / 1000
  return (
    <button
      type="button"
      class="connection"
      aria-pressed={pressed}
      data-testid="connection"
      data-state={state}
      data-id={id}
      title={`${pathOf(connection)} from ${remoteOf(connection)}`}
      onClick={onChoose}
    >
      <span class="connection-line">
        <span class="connection-dot" />
        <span class="visually-hidden">{closed ? `closed ${closed.code}` : 'open'} </span>
        <b class="connection-path">{pathOf(connection)}</b>
        <Marks connection={connection} />
        <span title="age">{duration(age)}</span>
      </span>
      <span class="connection-line">
        <span class="connection-counts">
          <Counted counts={transmitted} way="sent" />
          <Counted counts={received} way="received" />
        </span>
        {!closed && (
          <Sparkline
            samples={activity}
            label={`At most ${Math.max(0, ...activity)} frames in a second, of the last ${activitySeconds}`}
            places={activitySeconds}
          />
        )}
      </span>
    </button>
  )
}

/** What else there is to know in few words. */
function Marks({ connection }: { readonly connection: FeedConnection }) {
  const { closed, faults, flow, rtt } = connection
  if (closed) {
    return <span class={closed.wasClean ? 'chip-mark' : 'chip-mark bad'}>{closed.code}</span>
  }
  return (
    <>
      {faults.length > 0 && <span class="chip-mark bad">fault</span>}
      {flow.full && <span class="chip-mark busy">full</span>}
      {flow.paused && <span class="chip-mark busy">paused</span>}
      {rtt !== undefined && <span title="round trip of the latest ping">{roundTrip(rtt)}</span>}
    </>
  )
}

interface CountedProps {
  readonly counts: FeedConnection['received']
  readonly way: 'sent' | 'received'
}

function Counted({ counts, way }: CountedProps) {
  return (
    <span class={way} title={`${count(counts.messages, 'message')} ${way}`}>
      {way === 'sent' ? <ArrowUpIcon /> : <ArrowDownIcon />}
      <span class="visually-hidden">{way} </span>
      {grouped(counts.messages)} <i>{byteLength(counts.wireBytes)}</i>
    </span>
  )
}

import type { MessageLog } from '../model/message-log.ts'
import { byteLength, count, grouped } from '../pure/format.ts'
import { ArrowDownIcon, ArrowUpIcon } from './icons.tsx'

interface ListHeadProps {
  readonly log: MessageLog
}

/** The names of the columns, with how much went each way and what is not in the list. */
export function ListHead({ log }: ListHeadProps) {
  return (
    <div class="list-head">
      <span />
      <span class="list-figures">
        <span aria-hidden="true">Data</span>
        <Totals log={log} />
        <Bounds log={log} />
      </span>
      <span aria-hidden="true">Length</span>
      <span aria-hidden="true">Time</span>
    </div>
  )
}

function Totals({ log }: ListHeadProps) {
  const { sent, sentBytes, received, receivedBytes } = log.totals.value
  return (
    <span class="totals" data-testid="totals">
      <span class="sent" title={`${count(sent, 'message')} sent, ${byteLength(sentBytes)}`}>
        <ArrowUpIcon />
        <span class="visually-hidden">sent </span>
        {grouped(sent)}
      </span>{' '}
      <span
        class="received"
        title={`${count(received, 'message')} received, ${byteLength(receivedBytes)}`}
      >
        <ArrowDownIcon />
        <span class="visually-hidden">received </span>
        {grouped(received)}
      </span>
    </span>
  )
}

/** How many rows a filter hides, and how many the bounds of the log have cost. */
function Bounds({ log }: ListHeadProps) {
  // The number shown changes with the filter too, when the totals do not.
  void log.version.value
  const { forgotten } = log.totals.value
  const [shown, held] = [log.shown.length, log.held()]
  return (
    <span class="bounds" data-testid="bounds">
      {shown < held && `${grouped(shown)} of ${count(held, 'row')}`}
      {shown < held && forgotten > 0 && ', '}
      {forgotten > 0 && `oldest ${grouped(forgotten)} let go`}
    </span>
  )
}

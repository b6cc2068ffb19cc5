import type { FeedConnection } from '../../../../src/inspect/feed/feed-messages.ts'
import { byteLength, clockTime, count, duration, roundTrip } from '../../pure/format.ts'
import type { Inspector } from '../model/inspector.ts'
import { CloseExplained } from './close-explained.tsx'
import { pathOf, protocolOf, remoteOf } from './connection-words.ts'
import { FaultForm } from './fault-form.tsx'
import { CloseForm } from './close-form.tsx'

interface ConnectionPanelProps {
  readonly inspector: Inspector
  readonly connection: FeedConnection
}

/** What one connection is, did and came to, and what can be done to it. */
export function ConnectionPanel({ inspector, connection }: ConnectionPanelProps) {
  const { hello, file } = inspector
  const commands = file.value === undefined ? (hello.value?.commands ?? []) : []
  const { id, closed, unreadable } = connection
  return (
    <div class="connection-panel" data-testid="connection-panel">
      <section class="card" aria-label="Facts">
        <h2>
          Connection {id} <span class="mono hint">{pathOf(connection)}</span>
        </h2>
        <Facts connection={connection} />
        {unreadable !== undefined && <p class="bad">Not readable further: {unreadable}</p>}
      </section>
      {closed && <CloseExplained closed={closed} />}
      {!closed && commands.includes('fault') && (
        <FaultForm inspector={inspector} connection={connection} />
      )}
      {!closed && commands.includes('close') && (
        <CloseForm inspector={inspector} connection={connection} />
      )}
    </div>
  )
}

function Facts({ connection }: { readonly connection: FeedConnection }) {
  const { openedAt, closed, rtt, flow, tls, transmitted, received, role } = connection
  const age = ((closed?.at ?? Date.now()) - openedAt) / 1000
  return (
    <dl class="facts">
      <dt>Seen from</dt>
      <dd>the {role}</dd>
      <dt>Peer</dt>
      <dd class="mono">{remoteOf(connection)}</dd>
      <dt>Opened</dt>
      <dd>
        {clockTime(openedAt)}, {closed ? 'open for' : 'open since'} {duration(age)}
      </dd>
      <dt>Subprotocol</dt>
      <dd>{protocolOf(connection) ?? 'none'}</dd>
      <dt>TLS</dt>
      <dd>
        {tls
          ? [tls.version, tls.cipher, tls.alpn && `ALPN ${tls.alpn}`].filter(Boolean).join(', ')
          : 'none'}
      </dd>
      <dt>Sent</dt>
      <dd>{countsWords(transmitted)}</dd>
      <dt>Received</dt>
      <dd>{countsWords(received)}</dd>
      <dt>Round trip</dt>
      <dd>{rtt === undefined ? 'no ping answered yet' : roundTrip(rtt)}</dd>
      <dt>Waiting</dt>
      <dd data-testid="flow">
        {byteLength(flow.bufferedAmount)} to be sent
        {flow.full && ', the transport is full'}
        {flow.paused && ', reading is paused'}
      </dd>
    </dl>
  )
}

/** Both sizes, which tell how much compression saved and what the frames cost. */
function countsWords(counts: FeedConnection['received']): string {
  const { messages, frames, wireBytes, messageBytes } = counts
  const what = `${count(messages, 'message')} in ${count(frames, 'frame')}`
  const share =
    messageBytes > wireBytes ? `, ${Math.round((wireBytes / messageBytes) * 100)} %` : ''
  return `${what}: ${byteLength(wireBytes)} on the wire for ${byteLength(messageBytes)}${share}`
}

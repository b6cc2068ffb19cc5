import type { Handshake } from '../model/handshake.ts'
import { clockTime } from '../pure/format.ts'
import { HeadSection } from './head-section.tsx'

interface HandshakePanelProps {
  readonly handshake: Handshake
}

/** Both heads as the server saw them, each header with what it says. */
export function HandshakePanel({ handshake }: HandshakePanelProps) {
  if (handshake.kind === 'none') {
    return (
      <p class="panel-empty">
        Connect to see the request and the response that opened it, explained.
      </p>
    )
  }
  if (handshake.kind === 'asking') return <p class="panel-empty">Asking the server…</p>
  if (handshake.kind === 'failed') {
    return <p class="panel-empty bad">The handshake is not known: {handshake.message}</p>
  }
  const { peer } = handshake
  return (
    <>
      <p class="handshake-summary">
        Opened <time>{clockTime(peer.openedAt)}</time> from <span class="mono">{peer.remote}</span>
      </p>
      <HeadSection title="Request" {...peer.request} />
      <HeadSection title="Response" {...peer.response} />
    </>
  )
}

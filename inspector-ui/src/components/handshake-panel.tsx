import type { Handshake } from '../model/handshake.ts'
import type { Head } from '../model/server-api.ts'
import { clockTime } from '../pure/format.ts'

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
      <HeadSection title="Request" head={peer.request} />
      <HeadSection title="Response" head={peer.response} />
    </>
  )
}

function HeadSection({ title, head }: { readonly title: string; readonly head: Head }) {
  return (
    <section class="head" aria-label={title}>
      <h2>{title}</h2>
      <p class="head-line">{head.line}</p>
      <dl>
        {head.headers.map(({ name, value, meaning }, index) => (
          // A name may come twice, so the place is part of what a header is.
          <div key={`${index} ${name}`} class="header">
            <dt>{name}</dt>
            <dd class="header-value">{value}</dd>
            <dd class="header-meaning">{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

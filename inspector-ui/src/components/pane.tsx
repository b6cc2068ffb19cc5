import type { TargetedKeyboardEvent } from 'preact'
import type { PaneTab, Session } from '../model/session.ts'
import { HandshakePanel } from './handshake-panel.tsx'
import { MessageDetail } from './message-detail.tsx'

interface PaneProps {
  readonly session: Session
}

const tabs: ReadonlyArray<readonly [PaneTab, string]> = [
  ['handshake', 'Handshake'],
  ['message', 'Message'],
]

/** What is known of the one thing that is looked at: a message, or the handshake. */
export function Pane({ session }: PaneProps) {
  const { paneTab, selected, handshake } = session

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    // Two tabs, so either arrow goes to the other.
    const next = paneTab.value === 'message' ? 'handshake' : 'message'
    paneTab.value = next
    document.getElementById(`tab-${next}`)?.focus()
  }

  return (
    <section class="pane" data-part="inspect" aria-label="Details">
      <div class="tabs" role="tablist" aria-label="Details" onKeyDown={onKeyDown}>
        {tabs.map(([tab, label]) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`tab-${tab}`}
            data-testid={`tab-${tab}`}
            aria-controls={`panel-${tab}`}
            aria-selected={paneTab.value === tab}
            tabIndex={paneTab.value === tab ? 0 : -1}
            onClick={() => (paneTab.value = tab)}
          >
            {label}
          </button>
        ))}
      </div>
      <div
        id="panel-message"
        class="panel"
        role="tabpanel"
        aria-labelledby="tab-message"
        data-testid="detail"
        hidden={paneTab.value !== 'message'}
      >
        {selected.value ? (
          <MessageDetail key={selected.value.id} entry={selected.value} />
        ) : (
          <p class="panel-empty">Select a message in the list to see it whole.</p>
        )}
      </div>
      <div
        id="panel-handshake"
        class="panel"
        role="tabpanel"
        aria-labelledby="tab-handshake"
        data-testid="handshake"
        tabIndex={0}
        hidden={paneTab.value !== 'handshake'}
      >
        <HandshakePanel handshake={handshake.value} />
      </div>
    </section>
  )
}

import type { PaneTab, Session } from '../model/session.ts'
import { HandshakePanel } from './handshake-panel.tsx'
import { MessageDetail } from './message-detail.tsx'
import { Tabs } from './tabs.tsx'

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

  return (
    <section class="pane" data-part="inspect" aria-label="Details">
      <Tabs
        label="Details"
        tabs={tabs}
        value={paneTab.value}
        onChange={(tab) => (paneTab.value = tab)}
      />
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

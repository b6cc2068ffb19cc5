import { Tabs } from '../../components/tabs.tsx'
import type { Draft } from '../model/draft.ts'
import type { Inspector, InspectorTab } from '../model/inspector.ts'
import { useDetail } from '../model/use-detail.ts'
import { ConnectionPanel } from './connection-panel.tsx'
import { FramePanel } from './frame-panel.tsx'
import { HandshakeExplained } from './handshake-explained.tsx'
import { MessagePanel } from './message-panel.tsx'

interface DetailsProps {
  readonly inspector: Inspector
  /** Takes a message into the composer. */
  readonly onEdit: (draft: Draft) => void
}

const tabs: ReadonlyArray<readonly [InspectorTab, string]> = [
  ['message', 'Message'],
  ['frame', 'Frame'],
  ['handshake', 'Handshake'],
  ['connection', 'Connection'],
]

/** What is known of the row and of the connection that are looked at. */
export function Details({ inspector, onEdit }: DetailsProps) {
  const { tab, selected, present } = inspector
  const row = selected.value
  const detail = useDetail(inspector)
  const connection = present.value
  return (
    <section class="pane" data-part="details" aria-label="Details">
      <Tabs label="Details" tabs={tabs} value={tab.value} onChange={(next) => (tab.value = next)} />
      <div
        id={`panel-${tab.value}`}
        class="panel"
        role="tabpanel"
        aria-labelledby={`tab-${tab.value}`}
        data-testid={`panel-${tab.value}`}
        tabIndex={0}
      >
        {tab.value === 'message' && (
          <>
            {row ? (
              <MessagePanel
                key={row.number}
                inspector={inspector}
                row={row}
                detail={detail}
                onEdit={onEdit}
              />
            ) : (
              <p class="panel-empty">Select a message in the list to see it whole.</p>
            )}
          </>
        )}
        {tab.value === 'frame' &&
          (row ? (
            <FramePanel key={row.number} row={row} detail={detail} />
          ) : (
            <p class="panel-empty">Select a row in the list to see its frame bit by bit.</p>
          ))}
        {tab.value === 'handshake' &&
          (connection ? (
            <HandshakeExplained key={connection.id} connection={connection} />
          ) : (
            <p class="panel-empty">Choose a connection to see how it was opened, explained.</p>
          ))}
        {tab.value === 'connection' &&
          (connection ? (
            <ConnectionPanel key={connection.id} inspector={inspector} connection={connection} />
          ) : (
            <p class="panel-empty">
              Choose a connection in the list to see what it did, how it ended and why.
            </p>
          ))}
      </div>
    </section>
  )
}

import { useComputed, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { Announcer } from './components/announcer.tsx'
import { CloseCard } from './components/close-card.tsx'
import { Composer } from './components/composer.tsx'
import { ConnectCard } from './components/connect-card.tsx'
import { HelpDialog } from './components/help-dialog.tsx'
import { InspectIcon, ListIcon, PlugIcon } from './components/icons.tsx'
import { liveShortcuts } from './components/live-shortcuts.ts'
import { MessageList } from './components/message-list.tsx'
import { MessageToolbar } from './components/message-toolbar.tsx'
import { Pane } from './components/pane.tsx'
import { PingCard } from './components/ping-card.tsx'
import { PublishCard } from './components/publish-card.tsx'
import { Splitter } from './components/splitter.tsx'
import { TopBar } from './components/top-bar.tsx'
import { type ViewChoice, ViewSwitch } from './components/view-switch.tsx'
import { useShortcuts } from './components/use-shortcuts.ts'
import { createInspectorDoor } from './model/inspector-door.ts'
import type { Preferences } from './model/preferences.ts'
import { createServerStatus, type ServerStatus } from './model/server-status.ts'
import { createSession, type Session, type View } from './model/session.ts'
import { targetLabel } from './pure/target.ts'

interface LiveAppProps {
  readonly preferences: Preferences
}

export function LiveApp({ preferences }: LiveAppProps) {
  const server = useMemo(createServerStatus, [])
  const session = useMemo(createSession, [])
  const door = useMemo(createInspectorDoor, [])
  const view = useComputed(() => session.view.value)
  useShortcuts(preferences, (part) => (session.view.value = part as View))
  useTitle(session)
  useAfterOpen(session)
  useFreshStatus(session, server)
  useNoStrayDrops()

  return (
    <div class="app" data-view={view.value}>
      <TopBar door={door} preferences={preferences} server={server} session={session} />
      <main class="workspace">
        <section class="sidebar" data-part="connect" aria-label="Connection">
          <ConnectCard server={server} session={session} />
          <CloseCard connection={session.connection} />
          <PingCard session={session} />
          <PublishCard session={session} />
        </section>
        <section class="messages" data-part="messages" aria-label="Messages">
          <MessageToolbar session={session} />
          <MessageList session={session} />
          <Composer session={session} />
        </section>
        <Splitter />
        <Pane session={session} />
      </main>
      <ViewSwitch view={session.view} views={viewsOf(session)} />
      <HelpDialog groups={liveShortcuts} preferences={preferences} />
      <Announcer connection={session.connection} />
    </div>
  )
}

function viewsOf({ log }: Session): ReadonlyArray<ViewChoice<View>> {
  const { sent, received } = log.totals.value
  return [
    { view: 'connect', label: 'Connect', icon: PlugIcon },
    { view: 'messages', label: 'Messages', icon: ListIcon, count: sent + received },
    { view: 'inspect', label: 'Inspect', icon: InspectIcon },
  ]
}

/** With several tabs open, the title says which is which. */
function useTitle({ connection }: Session): void {
  useSignalEffect(() => {
    const target = connection.target.value
    const state = connection.state.value
    document.title = target ? `${state} · ${targetLabel(target)} · Tidewire` : 'Tidewire'
  })
}

/** Whoever typed a topic and pressed Enter wants to write next; on a narrow screen, to see messages. */
function useAfterOpen({ isOpen, view }: Session): void {
  useSignalEffect(() => {
    if (!isOpen.value) return
    if (view.peek() === 'connect') view.value = 'messages'
    if (document.activeElement?.id !== 'topic-input') return
    requestAnimationFrame(() => document.getElementById('text-input')?.focus())
  })
}

/** A connection that has just opened or closed should be in the counts at once. */
function useFreshStatus({ connection }: Session, server: ServerStatus): void {
  useSignalEffect(() => {
    const state = connection.state.value
    if (state === 'OPEN' || connection.closed.value) server.refresh()
  })
}

/** A file dropped beside the composer would make the browser leave the page. */
function useNoStrayDrops(): void {
  useEffect(() => {
    const prevent = (event: DragEvent): void => event.preventDefault()
    document.addEventListener('dragover', prevent)
    document.addEventListener('drop', prevent)
    return () => {
      document.removeEventListener('dragover', prevent)
      document.removeEventListener('drop', prevent)
    }
  }, [])
}

import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { HelpDialog } from '../components/help-dialog.tsx'
import { InspectIcon, ListIcon, PlugIcon } from '../components/icons.tsx'
import { Splitter } from '../components/splitter.tsx'
import { useShortcuts } from '../components/use-shortcuts.ts'
import { type ViewChoice, ViewSwitch } from '../components/view-switch.tsx'
import type { Preferences } from '../model/preferences.ts'
import { Composer } from './components/composer.tsx'
import { ConnectionList } from './components/connection-list.tsx'
import { Details } from './components/details.tsx'
import { FilterBar } from './components/filter-bar.tsx'
import { inspectorShortcuts } from './components/inspector-shortcuts.ts'
import { InspectorTopBar } from './components/inspector-top-bar.tsx'
import { RowList } from './components/row-list.tsx'
import { TimelineStrip } from './components/timeline-strip.tsx'
import type { Draft } from './model/draft.ts'
import { createInspector, type Inspector, type InspectorView } from './model/inspector.ts'

interface InspectorAppProps {
  readonly preferences: Preferences
  readonly token: string
}

export function InspectorApp({ preferences, token }: InspectorAppProps) {
  const inspector = useMemo(() => createInspector(token), [])
  const draft = useSignal<Draft>()
  const { view } = inspector
  const views = useComputed(() => viewsOf(inspector))
  useShortcuts(preferences, (part) => (view.value = part as InspectorView))
  useTitle(inspector)
  useDroppedFile(inspector)

  return (
    <div class="app inspector" data-view={view.value}>
      <InspectorTopBar inspector={inspector} preferences={preferences} />
      <main class="workspace">
        <section class="sidebar" data-part="connections" aria-label="Connections">
          <ConnectionList inspector={inspector} />
        </section>
        <section class="messages" data-part="messages" aria-label="Messages">
          <FilterBar inspector={inspector} />
          <TimelineStrip inspector={inspector} />
          <RowList inspector={inspector} />
          <Composer inspector={inspector} draft={draft} />
        </section>
        <Splitter />
        <Details inspector={inspector} onEdit={(next) => (draft.value = next)} />
      </main>
      <ViewSwitch view={view} views={views.value} />
      <HelpDialog groups={inspectorShortcuts} preferences={preferences} />
    </div>
  )
}

function viewsOf({ connections, rows }: Inspector): ReadonlyArray<ViewChoice<InspectorView>> {
  void rows.version.value
  const { length } = connections.value
  return [
    { view: 'connections', label: 'Connections', icon: PlugIcon, count: length },
    { view: 'messages', label: 'Messages', icon: ListIcon, count: rows.view.length },
    { view: 'details', label: 'Details', icon: InspectIcon },
  ]
}

/** With several tabs open, the title says which is which. */
function useTitle({ hello, file }: Inspector): void {
  useSignalEffect(() => {
    const what = file.value ?? hello.value?.target
    document.title = what === undefined ? 'Tidewire inspector' : `${what} · Tidewire inspector`
  })
}

/** A saved session may be dropped anywhere; without this the browser would leave the page for it. */
function useDroppedFile(inspector: Inspector): void {
  useEffect(() => {
    const prevent = (event: DragEvent): void => event.preventDefault()
    const drop = (event: DragEvent): void => {
      event.preventDefault()
      const file = event.dataTransfer?.files[0]
      if (file) void inspector.open(file)
    }
    document.addEventListener('dragover', prevent)
    document.addEventListener('drop', drop)
    return () => {
      document.removeEventListener('dragover', prevent)
      document.removeEventListener('drop', drop)
    }
  }, [])
}

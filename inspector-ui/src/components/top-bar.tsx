import type { ReadonlySignal } from '@preact/signals'
import type { Preferences } from '../model/preferences.ts'
import type { ServerStatus } from '../model/server-status.ts'
import type { Session } from '../model/session.ts'
import { duration, grouped } from '../pure/format.ts'
import { TidewireMark } from './icons.tsx'
import { InspectorDoor } from './inspector-door.tsx'
import { PageButtons } from './page-buttons.tsx'
import { StateBadge } from './state-badge.tsx'

interface TopBarProps {
  readonly door: ReadonlySignal<string | undefined>
  readonly preferences: Preferences
  readonly server: ServerStatus
  readonly session: Session
}

export function TopBar({ door, preferences, server, session }: TopBarProps) {
  return (
    <header class="top-bar">
      <h1 class="wordmark">
        <TidewireMark />
        Tidewire
      </h1>
      <StateBadge connection={session.connection} />
      <Address session={session} />
      <Health server={server} />
      <div class="top-bar-actions">
        <InspectorDoor door={door} />
        <PageButtons preferences={preferences} />
      </div>
    </header>
  )
}

function Address({ session }: { readonly session: Session }) {
  const { url } = session.connection
  if (url.value === undefined) return <span class="address" />
  const { protocol, host, pathname } = new URL(url.value)
  return (
    <span class="address" title={url.value}>
      {protocol}//{host}
      <strong>{pathname}</strong>
    </span>
  )
}

function Health({ server }: { readonly server: ServerStatus }) {
  const health = server.health.value
  if (!server.reachable.value) {
    return (
      <p class="health unreachable" data-testid="health">
        Server not reachable
      </p>
    )
  }
  return (
    <p class="health" data-testid="health">
      <Figure value={health?.connections} one="connection" />
      <Figure value={health?.topics} one="topic" />
      <span>
        up <b>{health ? duration(health.uptime) : '–'}</b>
      </span>
    </p>
  )
}

function Figure({ value, one }: { readonly value: number | undefined; readonly one: string }) {
  return (
    <span>
      <b>{value === undefined ? '–' : grouped(value)}</b> {value === 1 ? one : `${one}s`}
    </span>
  )
}

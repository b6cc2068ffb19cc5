import { type ReadonlySignal, signal } from '@preact/signals'

const key = 'tidewire.inspector'
const written = /^(\d{1,5})\.([\w-]{32})$/

/**
 * Where the inspector of this server is, with its token, in a tab that was opened by the link that
 * `tidewire serve --inspect` prints; `undefined` in any other. The link says it behind `#`, which browsers send
 * to nobody; it is taken out of the address, and kept for this tab alone.
 */
export function createInspectorDoor(): ReadonlySignal<string | undefined> {
  const door = signal(takeFromAddress() ?? inspectorAt(read()))
  addEventListener('hashchange', () => (door.value = takeFromAddress() ?? door.value))
  return door
}

function takeFromAddress(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('inspector')
  const url = inspectorAt(given)
  if (given === null || url === undefined) return undefined
  // Whoever looks at the screen, or copies the address of the live page, does not get it.
  history.replaceState(history.state, '', location.pathname + location.search)
  try {
    sessionStorage.setItem(key, given)
  } catch {
    // Storage is blocked: it is not there any more after a reload.
  }
  return url
}

/** Only ever an inspector of this machine, wherever the link came from. */
function inspectorAt(given: string | null): string | undefined {
  const [, port, token] = written.exec(given ?? '') ?? []
  return port === undefined ? undefined : `http://127.0.0.1:${port}/#token=${token}`
}

function read(): string | null {
  try {
    return sessionStorage.getItem(key)
  } catch {
    return null
  }
}

import { render } from 'preact'
import { App } from './app.tsx'
import { createPreferences } from './model/preferences.ts'
import { createServerStatus } from './model/server-status.ts'
import { createSession } from './model/session.ts'

const root = document.querySelector('#app')
if (root) {
  const preferences = createPreferences()
  const server = createServerStatus()
  render(<App preferences={preferences} server={server} session={createSession()} />, root)
}

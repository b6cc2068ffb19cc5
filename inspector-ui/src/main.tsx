import { render } from 'preact'
import { createPreferences } from './model/preferences.ts'
import { accessToken } from './inspector/model/feed-url.ts'

const root = document.querySelector('#app')
const preferences = createPreferences()
const token = accessToken()

// One page for both: with the token of an inspector it is that, without one it is the live page of
// `tidewire serve`. Each comes as a script of its own, so that neither loads the other.
if (root && token !== undefined) {
  const { InspectorApp } = await import('./inspector/inspector-app.tsx')
  render(<InspectorApp preferences={preferences} token={token} />, root)
} else if (root) {
  const { LiveApp } = await import('./live-app.tsx')
  render(<LiveApp preferences={preferences} />, root)
}

import type { Subject } from './subject.ts'
import { packageVersion } from './package-version.ts'

/**
 * What clients of the Chrome DevTools Protocol ask before they connect; `undefined` for any other path.
 * @param host Where the inspector listens.
 * @param path That of the WebSocket, with the token in it: such clients take a URL without a query only.
 */
export function discovery(
  asked: string,
  host: string,
  path: string,
  { target = 'a server' }: Pick<Subject, 'target'>,
): Response | undefined {
  const webSocketDebuggerUrl = `ws://${host}${path}`
  if (asked === '/json/version') {
    const browser = `Tidewire/${packageVersion()}`
    return json({ Browser: browser, 'Protocol-Version': '1.3', webSocketDebuggerUrl })
  }
  if (asked !== '/json' && asked !== '/json/list') return undefined
  return json([
    {
      id: 'tidewire',
      type: 'page',
      title: `Tidewire: ${target}`,
      description: 'every WebSocket connection that is recorded',
      url: target,
      webSocketDebuggerUrl,
      devtoolsFrontendUrl: `devtools://devtools/bundled/devtools_app.html?panel=network&ws=${host}${path}`,
    },
  ])
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  })
}

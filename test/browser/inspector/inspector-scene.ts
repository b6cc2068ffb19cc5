import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import {
  type ClientSocket,
  connect,
  type ConnectOptions,
  inspect,
  type Inspector,
  type InspectOptions,
  serve,
  type Server,
  type ServeOptions,
} from '../../../dist/node/index.js'
import { type RunningProxy, startProxy } from '../../../dist/node/inspector/index.js'
import { browser } from '../chromium.ts'
import { withTabs } from '../scene.ts'

/** What a test of the inspector's page has to work with. */
export interface InspectorStage {
  readonly server: Server
  readonly inspector: Inspector
  /** Opens a connection to the server that is inspected. */
  readonly client: (path: string, options?: ConnectOptions) => Promise<ClientSocket>
  /** A tab at the page, connected to its feed. */
  readonly openTab: (options?: BrowserContextOptions) => Promise<Page>
}

interface InspectorSceneOptions {
  readonly serve?: ServeOptions
  readonly inspect?: InspectOptions
  /** Whether clients go through a proxy, and that is what is looked at. Default `false`. */
  readonly proxy?: boolean
  /** Console messages that the scene is about; any other error or warning fails it. */
  readonly expect?: RegExp
}

/** A test with an echo server, its inspector, and tabs in Chromium. */
export function inspectorScene(
  name: string,
  play: (stage: InspectorStage) => Promise<void>,
  options: InspectorSceneOptions = {},
): void {
  test(name, { timeout: 60_000 }, async () => {
    // First, so that without a browser nothing is started.
    await browser()
    const server = await serve({
      message: (socket, message) => socket.send(message),
      heartbeat: false,
      ...options.serve,
    })
    const clients: ClientSocket[] = []
    let proxy: RunningProxy | undefined
    try {
      if (options.proxy === true) proxy = await startProxy(wsUrl(server.url))
      const inspector = proxy?.inspector ?? (await inspect(server, options.inspect))
      assert.ok(inspector)
      const entrance = proxy?.url ?? wsUrl(server.url)
      await withTabs(options.expect, (openTab) =>
        play({
          server,
          inspector,
          async client(path, more) {
            const socket = await connect(new URL(path, entrance), more)
            clients.push(socket)
            return socket
          },
          async openTab(more) {
            const page = await openTab(inspector.url, more)
            await page.locator('[data-testid="state"][data-state="OPEN"]').waitFor()
            return page
          },
        }),
      )
    } finally {
      for (const socket of clients) socket.terminate()
      await proxy?.close()
      await server.close({ timeout: 0 })
    }
  })
}

function wsUrl(url: string): string {
  return url.replace('http', 'ws')
}

/** The row of the list with a text, once it is there. */
export async function seesRow(page: Page, direction: string, text: string): Promise<Locator> {
  const row = page
    .locator(`[data-testid="message"][data-direction="${direction}"]`)
    .filter({ hasText: text })
    .first()
  await row.waitFor()
  return row
}

/** What the rows of the list say, once there are as many as expected. */
export async function rowTexts(page: Page, expected: number): Promise<string[]> {
  await page.waitForFunction(
    (wanted) => document.querySelectorAll('[data-testid="message"]').length === wanted,
    expected,
  )
  return page.locator('[data-testid="message"] .row-preview').allInnerTexts()
}

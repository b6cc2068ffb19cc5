import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { browser } from './chromium.ts'
import { type ReadyServer, startReadyServer } from './ready-server.ts'

/** What a test has to work with. */
export interface Stage {
  readonly server: ReadyServer
  /** A new tab at the live page, or at `url`; each has storage of its own. */
  readonly openTab: (options?: TabOptions) => Promise<Page>
}

export interface TabOptions extends BrowserContextOptions {
  readonly url?: string
}

interface SceneOptions {
  /** Options of `tidewire serve`. */
  readonly serve?: readonly string[]
  /** Console messages that the scene is about; any other error or warning fails it. */
  readonly expect?: RegExp
  readonly timeout?: number
}

/**
 * A test with a ready server and tabs in Chromium. Whatever happens in it, both are gone afterwards, and
 * it fails when a tab logged an error, broke its Content-Security-Policy or asked another origin.
 */
export function scene(
  name: string,
  play: (stage: Stage) => Promise<void>,
  { serve = [], expect, timeout = 30_000 }: SceneOptions = {},
): void {
  test(name, { timeout }, async () => {
    // First, so that without a browser nothing is started and the error says what is missing.
    await browser()
    const server = await startReadyServer(serve)
    try {
      await withTabs(expect, (openTab) =>
        play({ server, openTab: ({ url = server.url, ...more } = {}) => openTab(url, more) }),
      )
    } finally {
      await server.stop('SIGKILL')
    }
  })
}

/**
 * Lends `use` a browser whose tabs have storage of their own and are closed afterwards. It fails when a tab
 * logged an error, broke its Content-Security-Policy or asked another origin; so what the tabs talk to has to
 * be there until this returns.
 * @param expect Console messages that are expected.
 */
export async function withTabs(
  expect: RegExp | undefined,
  use: (openTab: (url: string, options?: BrowserContextOptions) => Promise<Page>) => Promise<void>,
): Promise<void> {
  const chrome = await browser()
  const faults: string[] = []
  const closing: Array<() => Promise<void>> = []

  async function openTab(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await chrome.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    closing.push(() => context.close())
    context.setDefaultTimeout(8000)
    const page = await context.newPage()
    await reportFaults(page, url, faults)
    await page.goto(url)
    return page
  }

  try {
    await use(openTab)
    assert.deepEqual(
      faults.filter((fault) => !expect?.test(fault)),
      [],
      'a tab has something to complain about',
    )
  } finally {
    for (const close of closing) await close()
  }
}

async function reportFaults(page: Page, url: string, faults: string[]): Promise<void> {
  const { host } = new URL(url)
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    faults.push(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.stack ?? error.message}`))
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (asked.protocol.startsWith('http') && asked.host !== host) faults.push(`asked ${asked.href}`)
  })
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) faults.push(`asked ${socket.url()}`)
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP: ${event.violatedDirective} kept out ${event.blockedURI}`)
    })
  })
}

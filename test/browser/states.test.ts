import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { joinEcho, joinTopic, sees, seesRow, seesState, sendText } from './live-page.ts'
import { closeFrameAtEnd, relayTo } from './relay.ts'
import { scene } from './scene.ts'

declare global {
  interface Window {
    shownStates: string[]
  }
}

/** What the console says of a server that is not there any more. */
const serverGone = /WebSocket connection to|net::ERR_/

scene(
  'the states of a connection, in order, and a close of the page',
  async ({ server, openTab }) => {
    const relay = await relayTo(server.url)
    try {
      const page = await openTab({ url: relay.url })
      await watchStates(page)
      await joinTopic(page, 'harbour')
      await page.getByTestId('close-options').click()
      await page.getByTestId('close-code').fill('4001')
      await page.getByTestId('close-reason').fill('bis später ⚓')
      await page.getByTestId('disconnect').click()
      await seesState(page, 'CLOSED')

      assert.deepEqual(await states(page), ['CLOSED', 'CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'])
      const closed = page.getByTestId('close-info')
      await sees(closed, /4001/)
      await sees(closed, /“bis später ⚓”/)
      await sees(closed, /this page/)
      await sees(closed, /true: both ends sent a close frame/)

      const upgraded = relay.connections.find(({ fromClient }) =>
        fromClient.includes('Upgrade: websocket'),
      )
      assert.ok(upgraded)
      const said = { code: 4001, reason: 'bis später ⚓' }
      assert.deepEqual(closeFrameAtEnd(upgraded.fromClient, true, said.reason), said)
      // The server echoes the code alone (RFC 6455 §5.5.1), yet the page remembers why it closed.
      const echoed = { code: 4001, reason: '' }
      assert.deepEqual(closeFrameAtEnd(upgraded.fromServer, false, ''), echoed)
    } finally {
      relay.close()
    }
  },
)

scene('a close without a code is 1005, and the next connection opens', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  await page.getByTestId('disconnect').click()
  await seesState(page, 'CLOSED')
  await sees(page.getByTestId('close-info'), /1005\s*No Status Received/)
  await sees(page.getByTestId('close-info'), /none given/)
  await page.getByTestId('connect').click()
  await seesState(page, 'OPEN')
  await page.getByTestId('close-info').waitFor({ state: 'detached' })
})

scene('a code or a reason that may not be sent is refused in words', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  await page.getByTestId('close-options').click()
  await page.getByTestId('close-code').fill('1006')
  await sees(page.locator('#close-note'), '1000, or 3000 to 4999')
  // By force, for playwright waits until a button can be used.
  await page.getByTestId('disconnect').click({ force: true })
  await seesState(page, 'OPEN')
  await page.getByTestId('close-code').fill('')
  await page.getByTestId('close-reason').fill('é'.repeat(62))
  await sees(page.locator('#close-note'), '124 bytes; 123 fit')
  await page.getByTestId('close-reason').fill('é'.repeat(61))
  await page.getByTestId('disconnect').click()
  await sees(page.getByTestId('close-info'), /1000\s*Normal Closure/)
})

scene(
  'a server that is stopped closes with 1001, and is missed',
  async ({ server, openTab }) => {
    const page = await openTab()
    await joinTopic(page, 'harbour')
    assert.equal(await server.stop('SIGTERM'), 0)
    await seesState(page, 'CLOSED')
    const closed = page.getByTestId('close-info')
    await sees(closed, /1001\s*Going Away/)
    await sees(closed, /An endpoint is leaving: a server that shuts down/)
    await sees(closed, /Closed by\s*the server/)
    await seesRow(page, 'system', 'Closed: 1001 Going Away')
    await sees(page.getByTestId('health'), 'Server not reachable')
  },
  { expect: serverGone },
)

scene(
  'a server that is killed leaves 1006 behind, in words',
  async ({ server, openTab }) => {
    const page = await openTab()
    await joinTopic(page, 'harbour')
    await server.stop('SIGKILL')
    await seesState(page, 'CLOSED')
    const closed = page.getByTestId('close-info')
    await sees(closed, /1006\s*Abnormal Closure/)
    await sees(closed, /ended without a close frame/)
    await sees(closed, /no one: the connection was lost/)

    // Nobody answers now, so a new connection never opens.
    await page.getByTestId('connect').click()
    await sees(page.getByTestId('close-info'), /Was open\s*never/)
    await seesRow(page, 'system', 'Could not open: 1006')
  },
  { expect: serverGone },
)

scene(
  'CONNECTING and CLOSING last as long as the server does not answer',
  async ({ server, openTab }) => {
    const page = await openTab()
    await joinTopic(page, 'harbour')
    server.signal('SIGSTOP')
    await page.getByTestId('disconnect').click()
    await seesState(page, 'CLOSING')
    server.signal('SIGCONT')
    await seesState(page, 'CLOSED')

    server.signal('SIGSTOP')
    await page.getByTestId('connect').click()
    await seesState(page, 'CONNECTING')
    await sees(page.getByTestId('connect'), 'Connecting…')
    await page.getByTestId('disconnect').click()
    await seesState(page, 'CLOSED')
    await sees(page.getByTestId('close-info'), 'this page, before it opened')
    server.signal('SIGCONT')
  },
  { expect: serverGone },
)

scene(
  'over https the page connects with wss',
  async ({ openTab }) => {
    const page = await openTab({ ignoreHTTPSErrors: true })
    await joinEcho(page)
    await seesRow(page, 'system', 'Opened echo at wss://')
    await sendText(page, 'encrypted')
    await seesRow(page, 'received', 'encrypted')
    await page.getByTestId('disconnect').click()
    await sees(page.getByTestId('close-info'), /1005/)
  },
  { serve: ['--cert', certificate('cert'), '--key', certificate('key')] },
)

function certificate(part: string): string {
  return `test/node/fixtures/localhost.${part}.pem`
}

/** Keeps each state that the badge shows, from now on. */
async function watchStates(page: Page): Promise<void> {
  await page.getByTestId('state').evaluate((badge) => {
    const shown = [badge.textContent ?? '']
    new MutationObserver(() => {
      const state = badge.textContent ?? ''
      if (shown.at(-1) !== state) shown.push(state)
    }).observe(badge, { childList: true, characterData: true, subtree: true })
    window.shownStates = shown
  })
}

function states(page: Page): Promise<string[]> {
  return page.evaluate(() => window.shownStates)
}

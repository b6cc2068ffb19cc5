import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { joinEcho, sees, sendText } from './live-page.ts'
import { faintText, stickingOut } from './page-checks.ts'
import { scene } from './scene.ts'

const inspected = { serve: ['--inspect'] }

/** Where the door of a live page leads. */
function leadsTo(page: Page): Promise<string | null> {
  return page.getByTestId('inspector-door').getAttribute('href')
}

scene(
  'the link that --inspect prints opens a live page from which the inspector opens',
  async ({ server, openTab }) => {
    const page = await openTab({ url: await server.inspectorLink() })
    await joinEcho(page)
    await sendText(page, 'seen from both sides')
    const opened = page.waitForEvent('popup')
    await page.keyboard.press('Escape')
    await page.keyboard.press('i')
    const inspector = await opened
    await sees(inspector.getByTestId('state'), 'Live')
    const row = inspector.locator('[data-testid="message"][data-direction="received"]')
    await sees(row, 'seen from both sides')
    assert.equal(await inspector.evaluate(() => opener), null)
  },
  inspected,
)

scene(
  'the token is in the address of no live page, and stays with its tab',
  async ({ server, openTab }) => {
    const link = await server.inspectorLink()
    const [, port, token = ''] = /#inspector=(\d+)\.(.+)$/.exec(link) ?? []
    const page = await openTab({ url: link })
    assert.equal(await leadsTo(page), `http://127.0.0.1:${port}/#token=${token}`)
    assert.equal(page.url(), `${server.url}/`)
    await page.reload()
    assert.equal(await leadsTo(page), `http://127.0.0.1:${port}/#token=${token}`)

    // Cookies would go to every port of this machine, and other storage to every tab of this origin.
    const kept = await page.evaluate(() => document.cookie + JSON.stringify(localStorage))
    assert.equal(kept.includes(token), false)
    const other = await page.context().newPage()
    await other.goto(server.url)
    assert.equal(await leadsTo(other), null)
  },
  inspected,
)

scene(
  'the server tells nobody the token, whoever asks',
  async ({ server }) => {
    const token = (await server.inspectorLink()).split('.').at(-1)!
    for (const path of ['/', '/health', '/topics', '/echo', '/peers/0123456789abcdef', '/feed']) {
      const response = await fetch(server.url + path)
      const heads = JSON.stringify([...response.headers])
      assert.equal((heads + (await response.text())).includes(token), false, path)
    }
  },
  inspected,
)

scene('a live page without the link says how to get one', async ({ openTab }) => {
  const page = await openTab()
  await page.getByTestId('inspector-door').click()
  await sees(page.getByTestId('inspector-way'), 'tidewire serve --inspect')
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    assert.deepEqual(await stickingOut(page), [], String(width))
    assert.deepEqual(await faintText(page), [], String(width))
  }
  await page.keyboard.press('Escape')
  await page.getByTestId('inspector-way').waitFor({ state: 'hidden' })
})

scene('a link that leads anywhere else leads nowhere', async ({ server, openTab }) => {
  const token = 'a'.repeat(32)
  for (const given of [
    `https://evil.example/${token}`,
    `80@evil.example.${token}`,
    `javascript:alert(1).${token}`,
    `9229.${token}?`,
    '9229.short',
  ]) {
    const page = await openTab({ url: `${server.url}/#inspector=${encodeURIComponent(given)}` })
    await page.getByTestId('inspector-door').waitFor()
    assert.equal(await leadsTo(page), null, given)
  }
})

scene('a new link takes the place of the old one, in the tab that has it', async (stage) => {
  const { server, openTab } = stage
  const page = await openTab({ url: `${server.url}/#inspector=9229.${'a'.repeat(32)}` })
  await page.goto(`${server.url}/#inspector=9230.${'b'.repeat(32)}`)
  await page.locator('[href^="http://127.0.0.1:9230/#token=bbb"]').waitFor()
  assert.equal(page.url(), `${server.url}/`)
})

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { joinTopic, sees, seesRow, sendText } from './live-page.ts'
import { faintText, stickingOut } from './page-checks.ts'
import { scene } from './scene.ts'

declare global {
  interface Window {
    /** Connections that only have to be there. */
    held: WebSocket[]
  }
}

const folder = 'test/browser/out'
mkdirSync(folder, { recursive: true })

const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 700 },
  { width: 390, height: 844 },
  { width: 320, height: 568 },
]

const longTopic = `a topic with ${'a very '.repeat(34)}long`
const otherTopics = ['ebb', 'flood', 'Leuchtturm', 'm', 'news', 'weather/north-sea/daily']
const json = JSON.stringify({ port: 'Hamburg', [`key${'x'.repeat(60)}`]: [true, null, 1.5] })

scene('an empty page fits every size, and all of its text can be read', async ({ openTab }) => {
  await checkAll(await openTab(), 'empty')
})

scene(
  'long real data fits every size, and all of its text can be read',
  async ({ server, openTab }) => {
    const page = await openTab({ userAgent: `Chromium/156 ${'(KHTML, like Gecko) '.repeat(20)}` })
    await joinTopic(page, longTopic)
    const others = await openTab()
    await others.evaluate(
      (urls) => {
        window.held = urls.map((url) => new WebSocket(url))
      },
      otherTopics.map((name) => `${server.url}/topics/${encodeURIComponent(name)}`),
    )
    await sendText(page, 'a'.repeat(3000))
    await sendText(page, json)
    await sendText(page, 'two\nlines\tand   spaces, and مرفأ')
    await sendText(page, '')
    await page.getByTestId('binary-input').fill('00 ff '.repeat(200))
    await page.getByTestId('send-binary').click()
    await page.getByTestId('publish-text').fill(`{"broken": ${'x'.repeat(300)}`)
    await page.getByTestId('publish-type').selectOption('application/json')
    await page.getByTestId('publish-button').click()
    await sees(page.getByTestId('publish-result'), '200 OK')
    await sees(page.getByTestId('health'), '7 topics')
    await checkAll(page, 'handshake')

    await (await seesRow(page, 'sent', 'Hamburg')).click()
    await page.getByTestId('filter').fill('/(/')
    await page.getByTestId('binary-input').fill('zz')
    await page.getByTestId('close-options').click()
    await page.getByTestId('close-code').fill('1006')
    await checkAll(page, 'mistakes')

    await page.getByTestId('filter').fill('')
    await (await seesRow(page, 'sent', '00 ff')).click()
    await page.getByTestId('close-code').fill('4321')
    await page.getByTestId('close-reason').fill('reason'.repeat(20))
    await page.getByTestId('disconnect').click()
    await page.getByTestId('close-info').waitFor()
    const name = `${'long file name '.repeat(9)}.bin`
    const file = { name, mimeType: '', buffer: Buffer.alloc(2_345_678) }
    await page.getByTestId('file-input').setInputFiles(file)
    await server.stop('SIGKILL')
    await sees(page.getByTestId('health'), 'not reachable')
    await checkAll(page, 'closed')
  },
  { expect: /net::ERR_/, timeout: 60_000 },
)

scene('the page fits a finger as well', async ({ openTab }) => {
  const page = await openTab({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  })
  await page.getByTestId('connect').tap()
  // Who has connected wants to see messages.
  await page.getByTestId('text-input').tap()
  await page.keyboard.type('by touch')
  await page.getByTestId('send-text').tap()
  await (await seesRow(page, 'sent', 'by touch')).tap()
  await sees(page.getByTestId('detail'), 'by touch')
  for (const view of ['connect', 'messages', 'inspect']) {
    await page.getByTestId(`view-${view}`).tap()
    assert.deepEqual(await stickingOut(page), [])
    const small = await page.locator('.app button:visible').evaluateAll((buttons) =>
      buttons
        .map((button) => ({ name: button.textContent, box: button.getBoundingClientRect() }))
        // WCAG 2.5.8: 24 by 24 at the least.
        .filter(({ box }) => box.width < 24 || box.height < 24)
        .map(({ name, box }) => `${name} is ${box.width} by ${box.height}`),
    )
    assert.deepEqual(small, [])
    await page.screenshot({ path: `${folder}/touch-${view}.png` })
  }
})

/** Checks each size, view and theme, and takes pictures of the sizes that people have most. */
async function checkAll(page: Page, name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const view of size.width < 760 ? ['connect', 'messages', 'inspect'] : ['']) {
      if (view !== '') await page.getByTestId(`view-${view}`).click()
      const label = [name, size.width, view].filter((part) => part !== '').join('-')
      assert.deepEqual(await stickingOut(page), [], label)
      // The colours are the same at every size.
      if (size.width !== 1280 && size.width !== 390) continue
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.locator(`html[data-theme="${colorScheme}"]`).waitFor()
        assert.deepEqual(await faintText(page), [], `${label}, ${colorScheme}`)
      }
      await page.screenshot({ path: `${folder}/${label}.png` })
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}

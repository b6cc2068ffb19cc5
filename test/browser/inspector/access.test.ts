import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { sees } from '../live-page.ts'
import { faintText, stickingOut } from '../page-checks.ts'
import { inspectorScene, type InspectorStage, seesRow } from './inspector-scene.ts'

const tabs = ['message', 'frame', 'handshake', 'connection'] as const

/** A page with something in every part of it. */
async function filled(
  { client, openTab }: InspectorStage,
  width: number,
  dark: boolean,
): Promise<Page> {
  const page = await openTab({
    viewport: { width, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
  })
  const gone = await client('/a/long/path/of/a/connection/that/closed?with=a&query=too')
  await gone.close(4001, 'session expired')
  const socket = await client('/chat')
  await socket.ping()
  socket.send('{"type":"chat","list":[1,2,{"deep":true}],"text":"hello"}')
  socket.send(new Uint8Array(300))
  await seesRow(page, 'sent', '00 00')
  return page
}

for (const dark of [false, true]) {
  const theme = dark ? 'dark' : 'light'

  inspectorScene(`axe finds no serious fault in ${theme}`, async (stage) => {
    const page = await filled(stage, 1280, dark)
    await (await seesRow(page, 'received', 'chat')).click()
    for (const tab of tabs) {
      await page.getByTestId(`tab-${tab}`).click()
      await page.getByTestId(`panel-${tab}`).waitFor()
      assert.deepEqual(await seriousFaults(page), [], `tab ${tab}`)
    }
    await page.getByTestId('help').click()
    assert.deepEqual(await seriousFaults(page), [], 'help')
  })

  for (const width of [1280, 800]) {
    inspectorScene(`at ${width} px in ${theme} everything fits and can be read`, async (stage) => {
      const page = await filled(stage, width, dark)
      await (await seesRow(page, 'received', 'chat')).click()
      for (const tab of tabs) {
        await page.getByTestId(`tab-${tab}`).click()
        await page.getByTestId(`panel-${tab}`).waitFor()
        assert.deepEqual(await stickingOut(page), [], `tab ${tab}`)
        assert.deepEqual(await faintText(page), [], `tab ${tab}`)
      }
    })
  }
}

inspectorScene('at 390 px one thing is shown at a time, and all of it fits', async (stage) => {
  const { client, openTab } = stage
  const page = await openTab({ viewport: { width: 390, height: 800 }, hasTouch: true })
  const socket = await client('/a/long/path/of/a/connection/that/is/open?with=a&query=too')
  socket.send('{"type":"chat","text":"a message that is longer than the screen is wide"}')
  await sees(page.getByTestId('connection'), '/a/long/path')
  assert.deepEqual(await stickingOut(page), [], 'connections')
  await page.getByTestId('connection').click()
  await seesRow(page, 'received', 'chat')
  assert.deepEqual(await stickingOut(page), [], 'messages')
  await page.getByTestId('level-frames').click()
  await (await seesRow(page, 'received', 'chat')).click()
  for (const tab of tabs) {
    await page.getByTestId(`tab-${tab}`).click()
    await page.getByTestId(`panel-${tab}`).waitFor()
    assert.deepEqual(await stickingOut(page), [], `tab ${tab}`)
    assert.deepEqual(await faintText(page), [], `tab ${tab}`)
  }
})

inspectorScene('everything is reached by keys', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/chat')
  socket.send('first')
  await seesRow(page, 'sent', 'first')
  await page.keyboard.press('l')
  await page.keyboard.press('Home')
  await sees(page.getByTestId('detail'), 'first')
  await page.keyboard.press('ArrowDown')
  await page.locator('[data-direction="sent"][aria-selected="true"]').waitFor()
  await page.keyboard.press('v')
  await page.locator('.list[data-level="frames"]').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('first')
  await page.keyboard.press('Escape')
  await page.keyboard.press('c')
  await page.keyboard.type('chat')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await sees(page.getByTestId('connection-panel'), '/chat')
  await page.keyboard.press('m')
  await page.keyboard.type('from the keyboard')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  await sees(page.getByTestId('state'), 'Paused')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  const stops = new Set<string>()
  await page.keyboard.press('Escape')
  for (let press = 0; press < 40; press += 1) {
    await page.keyboard.press('Tab')
    stops.add(await page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? ''))
  }
  const wanted = ['record', 'clear', 'export', 'open', 'theme-switch', 'filter', 'kind-filter']
  wanted.push('all-connections', 'connection', 'size-shortest', 'messages', 'compose-opcode')
  for (const name of wanted) assert.ok(stops.has(name), `Tab never comes to ${name}`)
})

async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => axe.run())
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

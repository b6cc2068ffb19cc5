import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { sees, seesRow, seesState } from './live-page.ts'
import { scene } from './scene.ts'

scene('everything can be done with Tab and Enter alone', async ({ openTab }) => {
  const page = await openTab()
  await tabTo(page, 'topic-input')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('harbour')
  await tabTo(page, 'connect')
  await page.keyboard.press('Enter')
  await seesState(page, 'OPEN')
  assert.equal(await focused(page), 'connect', 'the focus stays where the user left it')

  await tabTo(page, 'text-input')
  await page.keyboard.type('without a mouse')
  await page.keyboard.press('Enter')
  await seesRow(page, 'sent', 'without a mouse')
  await page.keyboard.type('and with the button')
  await tabTo(page, 'send-text')
  await page.keyboard.press('Enter')
  await seesRow(page, 'sent', 'and with the button')

  await tabTo(page, 'messages')
  await page.keyboard.press('End')
  await sees(page.getByTestId('detail'), 'and with the button')
  await page.keyboard.press('ArrowUp')
  await sees(page.getByTestId('detail'), 'without a mouse')

  await tabTo(page, 'theme-switch')
  await seesTheme(page, 'light')
  await page.keyboard.press('Enter')
  await seesTheme(page, 'dark')

  await tabTo(page, 'disconnect')
  await page.keyboard.press('Enter')
  await seesState(page, 'CLOSED')
  assert.equal(await focused(page), 'disconnect')
})

scene('Enter in the topic field connects and goes on to the message', async ({ openTab }) => {
  const page = await openTab()
  await tabTo(page, 'topic-input')
  await page.keyboard.press('Enter')
  await seesState(page, 'OPEN')
  await page.locator('[data-testid="text-input"]:focus').waitFor()
  await page.keyboard.type('hello')
  await page.keyboard.press('Enter')
  await seesRow(page, 'sent', 'hello')
})

scene('each stop of Tab shows that it has the focus, in both themes', async ({ openTab }) => {
  const page = await openTab()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const stops = new Set<string>()
    for (let press = 0; press < 80; press += 1) {
      await page.keyboard.press('Tab')
      const stop = await focusStop(page)
      // Past the last stop, and on a busy machine at first, the focus is the browser's.
      if (stop === undefined) continue
      assert.ok(stop.visible, `${stop.name} has the focus and does not show it (${colorScheme})`)
      stops.add(stop.name)
    }
    const wanted = ['theme-switch', 'topic-input', 'connect', 'disconnect', 'ping-button', 'filter']
    wanted.push('publish-button', 'messages', 'text-input', 'send-text', 'tab-handshake', 'clear')
    for (const name of wanted) assert.ok(stops.has(name), `Tab never comes to ${name}`)
  }
})

scene('single keys work anywhere, but not while one writes', async ({ openTab }) => {
  const page = await openTab()
  await page.getByTestId('connect').waitFor()
  await page.keyboard.press('c')
  await seesState(page, 'OPEN')
  await page.keyboard.press('m')
  await page.keyboard.type('dcp')
  await seesState(page, 'OPEN')
  await page.keyboard.press('Enter')
  await seesRow(page, 'sent', 'dcp')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('d')
  await page.keyboard.press('Escape')
  await seesState(page, 'OPEN')
  await page.keyboard.press('d')
  await seesState(page, 'CLOSED')
})

scene('the theme follows the system until the switch says otherwise', async ({ openTab }) => {
  const page = await openTab({ colorScheme: 'dark' })
  await seesTheme(page, 'dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await seesTheme(page, 'light')

  await page.getByTestId('theme-switch').click()
  await seesTheme(page, 'dark')
  // The choice is remembered.
  await page.reload()
  await seesTheme(page, 'dark')
  await page.getByTestId('theme-switch').click()
  await seesTheme(page, 'light')
})

/** Presses Tab until an element has the focus, and checks that each one on the way shows it. */
async function tabTo(page: Page, testId: string): Promise<void> {
  const passed: string[] = []
  // Around the page once, and through the browser's own controls.
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab')
    const stop = await focusStop(page)
    if (!stop) continue
    assert.ok(stop.visible, `${stop.name} has the focus and does not show it`)
    if (stop.name === testId) return
    passed.push(stop.name)
  }
  assert.fail(`Tab never came to ${testId}, only to ${passed.join(', ')}`)
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? undefined)
}

/** The element with the focus and whether one can see that; undefined when it is none of the page's. */
function focusStop(page: Page): Promise<{ name: string; visible: boolean } | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return undefined
    const outlined = (one: Element | null): boolean => {
      if (!one) return false
      const { outlineStyle, outlineWidth } = getComputedStyle(one)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    }
    const { top, bottom, left, right } = element.getBoundingClientRect()
    const onScreen = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight
    const inField = outlined(element.closest('.joined'))
    // The splitter is drawn by its ::before, which becomes wider.
    const splitter = getComputedStyle(element, '::before')
    const drawn = element.matches('.splitter') && Number.parseFloat(splitter.width) >= 3
    return {
      name: element.getAttribute('data-testid') ?? element.textContent ?? element.tagName,
      visible: onScreen && bottom > top && (outlined(element) || inField || drawn),
    }
  })
}

/** Waits until the page is painted in a theme: the browser tells a page of the system's a moment later. */
async function seesTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.waitForFunction((wanted) => {
    const { backgroundColor } = getComputedStyle(document.documentElement)
    const [red = 0] = (backgroundColor.match(/\d+/g) ?? []).map(Number)
    return (red > 127 ? 'light' : 'dark') === wanted
  }, theme)
}

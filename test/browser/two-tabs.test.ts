import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { joinTopic, messages, sees, seesRow, sendBinary, sendText } from './live-page.ts'
import { scene } from './scene.ts'

const folder = 'test/browser/out'
mkdirSync(folder, { recursive: true })

scene('two tabs on one topic and a POST from outside', async ({ server, openTab }) => {
  const left = await openTab()
  const right = await openTab()
  await joinTopic(left, 'harbour')
  await joinTopic(right, 'harbour')

  await sendText(left, 'ahoy from the left')
  await seesRow(right, 'received', 'ahoy from the left')
  await sendText(right, 'ahoy from the right')
  await seesRow(left, 'received', 'ahoy from the right')
  await sendBinary(right, 'de ad be ef')
  await seesRow(left, 'received', 'de ad be ef')

  const response = await fetch(`${server.url}/topics/harbour`, {
    method: 'POST',
    body: '{"tide":"high","metres":4.2}',
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), {
    topic: 'harbour',
    matched: 2,
    sent: 2,
    buffered: 0,
    dropped: 0,
  })
  await seesRow(left, 'received', '"tide":"high"')
  await seesRow(right, 'received', '"tide":"high"')

  const published = { direction: 'received', kind: 'text', text: '{"tide":"high","metres":4.2}' }
  const hex = 'de ad be ef   ....'
  assert.deepEqual(await messages(left), [
    { direction: 'sent', kind: 'text', text: 'ahoy from the left' },
    { direction: 'received', kind: 'text', text: 'ahoy from the right' },
    { direction: 'received', kind: 'binary', text: hex },
    published,
  ])
  assert.deepEqual(await messages(right), [
    { direction: 'received', kind: 'text', text: 'ahoy from the left' },
    { direction: 'sent', kind: 'text', text: 'ahoy from the right' },
    { direction: 'sent', kind: 'binary', text: hex },
    published,
  ])
  for (const page of [left, right]) await checkArrows(page)
  await sees(left.getByTestId('totals'), /sent 1.*received 3/s)
  await sees(right.getByTestId('totals'), /sent 2.*received 2/s)

  await (await seesRow(left, 'received', '"tide":"high"')).click()
  await photograph(left, 'left')
  await photograph(right, 'right')
})

scene('tabs on different topics do not hear each other', async ({ openTab }) => {
  const [harbour, lighthouse] = [await openTab(), await openTab()]
  await joinTopic(harbour, 'harbour')
  // A topic name may hold whatever has to be escaped in a URL.
  await joinTopic(lighthouse, 'Leuchtturm / öst? #1 %41')
  const neighbour = await openTab()
  await joinTopic(neighbour, 'Leuchtturm / öst? #1 %41')

  await sendText(harbour, 'only for the harbour')
  await sendText(lighthouse, 'only for the lighthouse')
  await seesRow(neighbour, 'received', 'only for the lighthouse')
  assert.equal((await messages(neighbour)).length, 1)
  assert.equal((await messages(harbour)).length, 1)
  assert.equal((await messages(lighthouse)).length, 1)
})

/** Sent points up and is green, received points down and is red: in colour and in words. */
async function checkArrows(page: Page): Promise<void> {
  const arrows = await page.locator('[data-testid="message"]').evaluateAll((elements) =>
    elements.map((row) => {
      const icon = row.querySelector<SVGElement>('.row-direction .icon')
      const path = icon?.querySelector('path')
      // The head of the arrow is the second stroke; its middle point is the tip.
      const [, middle = ''] = /M3\.75 [\d.]+ 8 ([\d.]+)/.exec(path?.getAttribute('d') ?? '') ?? []
      const colour = icon ? getComputedStyle(icon).color : ''
      const [red = 0, green = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
      return {
        direction: row.getAttribute('data-direction'),
        words: row.querySelector('.row-direction')?.textContent?.trim(),
        points: middle === '' ? 'nowhere' : Number(middle) < 8 ? 'up' : 'down',
        colour: green > red ? 'green' : red > green ? 'red' : 'grey',
      }
    }),
  )
  const sent = { direction: 'sent', words: 'sent', points: 'up', colour: 'green' }
  const received = { direction: 'received', words: 'received', points: 'down', colour: 'red' }
  const shown = arrows.filter(({ direction }) => direction !== 'system')
  assert.ok(shown.length > 0)
  for (const arrow of shown) assert.deepEqual(arrow, arrow.direction === 'sent' ? sent : received)
}

/** Both sizes, light and dark, into test/browser/out, for a person to look at. */
async function photograph(page: Page, name: string): Promise<void> {
  const sizes = [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]
  for (const size of sizes) {
    await page.setViewportSize(size)
    if (size.width < 760) await page.getByTestId('view-messages').click()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${folder}/${name}-${size.width}-${colorScheme}.png` })
    }
  }
}

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { connect } from '../../dist/node/index.js'
import { joinTopic, sees, seesRow } from './live-page.ts'
import { scene } from './scene.ts'

scene(
  '5,000 messages in a burst: the page stays responsive, with few rows',
  async ({ server, openTab }) => {
    const page = await openTab()
    await joinTopic(page, 'storm')
    const sending = pour(server.url, 5000)

    // The page answers while they arrive.
    await page.getByTestId('theme-switch').click()
    await page.getByTestId('text-input').fill('in the middle of it')
    await page.getByTestId('send-text').click()
    await sending

    await sees(page.getByTestId('totals'), /sent 1.*received 5,000/s)
    assert.match(await title(page, 'received'), /^5,000 messages received, /)
    await seesRow(page, 'received', 'drop 4999')
    await fewRows(page)

    // Every one of them is there to be scrolled to.
    await page.getByTestId('messages').evaluate((element) => element.scrollTo(0, 0))
    await seesRow(page, 'received', /drop 0\b/)
    await page.getByTestId('filter').fill('drop 2500')
    await (await seesRow(page, 'received', 'drop 2500')).click()
    await sees(page.getByTestId('detail'), 'drop 2500')
  },
)

scene(
  'beyond 10,000 rows the oldest are let go, and the totals are still right',
  async ({ server, openTab }) => {
    const page = await openTab()
    await joinTopic(page, 'storm')
    await pour(server.url, 12_000)
    await sees(page.getByTestId('totals'), /received 12,000/)
    // The line that says Opened is a row too.
    await sees(page.getByTestId('bounds'), 'oldest 2,001 let go')
    await fewRows(page)
    await page.getByTestId('messages').evaluate((element) => element.scrollTo(0, 0))
    await seesRow(page, 'received', /drop 2000\b/)
  },
)

/** Sends as fast as the server takes it. */
async function pour(url: string, count: number): Promise<void> {
  await using socket = await connect(`${url.replace('http', 'ws')}/topics/storm`)
  for (let index = 0; index < count; index += 1) {
    const sent = socket.send(`drop ${index} of the storm, somewhat longer than most messages are`)
    if (sent === 'buffered') await socket.drained()
    assert.notEqual(sent, 'dropped')
  }
}

async function fewRows(page: Page): Promise<void> {
  const drawn = await page.getByTestId('message').count()
  assert.ok(drawn > 10 && drawn < 60, `${drawn} rows in the DOM`)
}

async function title(page: Page, direction: string): Promise<string> {
  return (await page.getByTestId('totals').locator(`.${direction}`).getAttribute('title')) ?? ''
}

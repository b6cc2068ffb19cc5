import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import {
  joinEcho,
  joinTopic,
  messages,
  sees,
  seesRow,
  sendBinary,
  sendText,
  shownBytes,
} from './live-page.ts'
import { scene } from './scene.ts'

/** Of one, two, three and four bytes in UTF-8, a combining mark, and a script written from the right. */
const wideText = 'Fähre – 渡し船 ⛴ 𝄞 e\u0301 مرفأ'

scene('text comes back from the echo as it went, byte by byte', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  await sendText(page, wideText)
  const row = await seesRow(page, 'received', wideText)
  const sent = await seesRow(page, 'sent', wideText)
  const bytes = [...new TextEncoder().encode(wideText)]
  await sees(sent, `${bytes.length} B`)
  for (const shown of [sent, row]) {
    await shown.click()
    assert.equal(await page.getByTestId('detail').locator('.content pre').textContent(), wideText)
    assert.deepEqual(await shownBytes(page), bytes)
  }
})

scene('binary comes back from the echo as it went, byte by byte', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  const bytes = Array.from({ length: 256 }, (_, index) => index)
  await sendBinary(page, Buffer.from(bytes).toString('hex'))
  const row = await seesRow(page, 'received', /^received 00 01 02/)
  assert.equal(await row.getAttribute('data-kind'), 'binary')
  await row.click()
  assert.deepEqual(await shownBytes(page), bytes)
  await sees(page.getByTestId('hex'), '0123456789:;<=>?')
})

scene('text and binary keep their order and their kind, empty ones too', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  await sendText(page, '')
  await sendBinary(page, '00')
  await sendText(page, 'last')
  await seesRow(page, 'received', 'last')
  const received = (await messages(page)).filter(({ direction }) => direction === 'received')
  assert.deepEqual(
    received.map(({ kind, text }) => [kind, text]),
    [
      ['text', 'empty message'],
      ['binary', '00   .'],
      ['text', 'last'],
    ],
  )
})

scene('hex that is none is refused in words', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  await page.getByTestId('binary-input').fill('xyz')
  await sees(page.locator('#binary-note'), '“x” is not a hex digit.')
  assert.equal(await page.getByTestId('send-binary').getAttribute('aria-disabled'), 'true')
})

scene('a file goes out as one binary message', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  const buffer = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251))
  const file = { name: 'chart of the bay.bin', mimeType: 'application/octet-stream', buffer }
  await page.getByTestId('file-input').setInputFiles(file)
  await sees(page.locator('.chosen-file'), 'chart of the bay.bin 300 kB')
  await page.getByTestId('send-binary').click()
  await (await seesRow(page, 'received', '300 kB')).click()
  const shown = await shownBytes(page)
  assert.deepEqual(shown, [...buffer.subarray(0, shown.length)])
  const scroller = page.getByTestId('hex')
  await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  // 300,000 = 0x493e0, so the last row of 16 begins at 0x493d0.
  await sees(scroller, '0493d0')
  assert.ok((await scroller.locator('.hex-row').count()) < 100)
})

scene('JSON is indented, with its digits and keys as they were sent', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  await sendText(page, '{"id":12345678901234567890,"deep":[{"ä":null}],"empty":{}}')
  await (await seesRow(page, 'received', '"deep"')).click()
  const content = page.getByTestId('detail').locator('.content pre')
  assert.equal(
    await content.textContent(),
    '{\n  "id": 12345678901234567890,\n  "deep": [\n    {\n      "ä": null\n    }\n  ],\n  "empty": {}\n}',
  )
  await page.getByTestId('text-toggle').click()
  assert.match((await content.textContent()) ?? '', /^\{"id":1/)
  await sendText(page, '{"not": json')
  await (await seesRow(page, 'received', '{"not"')).click()
  assert.equal(await page.getByTestId('json-toggle').count(), 0)
})

scene('the list is filtered by text, by regex and by direction', async ({ openTab }) => {
  const page = await openTab()
  await joinEcho(page)
  for (const text of ['ebb 1', 'ebb 2', 'Flood 30']) await sendText(page, text)
  await seesRow(page, 'received', 'Flood 30')
  const filter = page.getByTestId('filter')

  await filter.fill('flood')
  await shows(page, ['sent Flood 30', 'received Flood 30'])
  await filter.fill('/b \\d$/')
  await shows(page, ['sent ebb 1', 'received ebb 1', 'sent ebb 2', 'received ebb 2'])
  await page.getByTestId('direction-received').click()
  await shows(page, ['received ebb 1', 'received ebb 2'])
  await sees(page.getByTestId('bounds'), '2 of 7 rows')
  await filter.fill('')
  await shows(page, ['received ebb 1', 'received ebb 2', 'received Flood 30'])
  await page.getByTestId('direction-sent').click()
  await shows(page, ['sent ebb 1', 'sent ebb 2', 'sent Flood 30'])
  // What does not pass is counted all the same.
  await sees(page.getByTestId('totals'), /sent 3.*received 3/s)
  await filter.fill('/(/')
  await sees(page.locator('#filter-error'), /unterminated group/i)
  await filter.fill('no such message')
  await sees(page.locator('.empty-list'), 'No message matches the filter.')
})

scene(
  'clear empties the list and the counts, and the connection stays',
  async ({ server, openTab }) => {
    const page = await openTab()
    await joinTopic(page, 'tide')
    await publish(server.url, 0, 40)
    await (await seesRow(page, 'received', 'wave 39')).click()
    // At the top nothing scrolls when the list becomes shorter, so nothing says that the end is reached.
    await page.getByTestId('messages').evaluate((element) => element.scrollTo(0, 0))
    await page.getByTestId('jump').waitFor()
    await page.getByTestId('clear').click()
    await sees(page.locator('.empty-list'), 'Nothing sent or received yet')
    await sees(page.getByTestId('totals'), /sent 0.*received 0/s)
    await page.getByTestId('jump').waitFor({ state: 'detached' })
    await sees(page.getByTestId('detail'), 'Select a message')
    await sendText(page, 'still here')
    await seesRow(page, 'sent', 'still here')
  },
)

scene('the list follows the newest until one scrolls up', async ({ server, openTab }) => {
  const page = await openTab()
  await joinTopic(page, 'tide')
  const post = (from: number, to: number): Promise<void> => publish(server.url, from, to)
  await post(0, 100)
  await seesRow(page, 'received', 'wave 99')
  const list = page.getByTestId('messages')
  assert.equal(await list.getAttribute('data-following'), 'true')

  await list.evaluate((element) => element.scrollTo(0, 0))
  await seesRow(page, 'received', /^received wave 0/)
  await post(100, 120)
  await sees(page.getByTestId('jump'), '20 new rows')
  assert.equal(await list.evaluate((element) => element.scrollTop), 0)

  await page.getByTestId('jump').click()
  await seesRow(page, 'received', 'wave 119')
  await page.getByTestId('jump').waitFor({ state: 'detached' })
  await post(120, 121)
  await seesRow(page, 'received', 'wave 120')
})

/** Waits until the list shows exactly these messages. */
async function shows(page: Page, expected: string[]): Promise<void> {
  try {
    await page.waitForFunction((wanted) => {
      const rows = document.querySelectorAll(
        '[data-testid="message"]:not([data-direction="system"])',
      )
      const shown = Array.from(rows, (row) => {
        const text = row.querySelector('.row-preview')?.textContent
        return `${row.getAttribute('data-direction')} ${text}`
      })
      return shown.join('\n') === wanted.join('\n')
    }, expected)
  } catch {
    const shown = (await messages(page)).map(({ direction, text }) => `${direction} ${text}`)
    assert.deepEqual(shown, expected)
  }
}

async function publish(url: string, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) {
    const headers = { 'content-type': 'text/plain' }
    await fetch(`${url}/topics/tide`, { method: 'POST', body: `wave ${index}`, headers })
  }
}

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { sees } from '../live-page.ts'
import { inspectorScene, rowTexts, seesRow } from './inspector-scene.ts'

async function saved(page: Page, format: string): Promise<Buffer> {
  await page.getByTestId('export').click()
  const downloading = page.waitForEvent('download')
  await page.getByTestId(`export-${format}`).click()
  const download = await downloading
  assert.equal(download.suggestedFilename(), `recording.${format}`)
  return readFile(await download.path())
}

function open(page: Page, name: string, text: string): Promise<void> {
  return page
    .getByTestId('open-file')
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) })
}

for (const format of ['har', 'jsonl']) {
  inspectorScene(
    `what is saved as ${format} is opened again as it was`,
    async ({ client, openTab }) => {
      const page = await openTab()
      const socket = await client('/chat?room=1')
      socket.send('Fähre')
      socket.send(Uint8Array.of(1, 2, 250))
      const before = await rowTexts(page, 4)
      const file = await saved(page, format)
      await page.getByTestId('clear').click()
      await rowTexts(page, 0)
      await open(page, `session.${format}`, file.toString())
      await sees(page.getByTestId('state'), 'File')
      assert.deepEqual((await rowTexts(page, 4)).sort(), before.sort())
      await sees(page.getByTestId('connection'), '/chat?room=1')
      await page.getByTestId('filter').fill('fähre')
      await rowTexts(page, 2)
      await page.getByTestId('message').first().click()
      await page.getByTestId('as-text').click()
      await sees(page.getByTestId('detail'), 'Fähre')
      await page.getByTestId('tab-handshake').click()
      await sees(page.getByTestId('panel-handshake'), 'HTTP/1.1 101 Switching Protocols')
      await page.getByTestId('go-live').click()
      await sees(page.getByTestId('state'), 'Live')
      await page.getByTestId('filter').fill('')
      socket.send('live again')
      await seesRow(page, 'sent', 'live again')
    },
  )
}

inspectorScene('a capture is saved of all, or of one connection', async ({ client, openTab }) => {
  const page = await openTab()
  const [one, other] = [await client('/one'), await client('/other')]
  one.send('x'.repeat(500))
  other.send('y')
  await rowTexts(page, 4)
  const all = await saved(page, 'pcapng')
  assert.equal(all.readUInt32LE(0), 0x0a0d0d0a)
  await page.getByTestId('connection').filter({ hasText: '/other' }).click()
  const part = await saved(page, 'pcapng')
  assert.ok(part.length < all.length - 1000, `${part.length} of ${all.length} bytes`)
  assert.ok(part.includes('GET /other'))
  assert.ok(!part.includes('GET /one'))
})

inspectorScene('a file that is neither is refused in words', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('still here')
  await rowTexts(page, 2)
  for (const text of ['', 'text', '{"log":{"entries":[]}}', '{"type":"frame"}']) {
    await open(page, 'other.json', text)
    await sees(page.getByTestId('open-failure'), 'other.json cannot be opened: ')
    await page.getByRole('button', { name: 'Dismiss' }).click()
  }
  await rowTexts(page, 2)
})

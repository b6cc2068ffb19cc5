import assert from 'node:assert/strict'
import { sees } from '../live-page.ts'
import { inspectorScene, rowTexts, seesRow } from './inspector-scene.ts'

inspectorScene('a connection is in the list, with what it did', async ({ client, openTab }) => {
  const page = await openTab()
  await sees(page.getByTestId('messages').locator('..'), 'Nothing recorded yet')
  const socket = await client('/chat?room=1')
  const item = page.getByTestId('connection')
  await sees(item, '/chat?room=1')
  socket.send('hello')
  await seesRow(page, 'received', 'hello')
  await seesRow(page, 'sent', 'hello')
  await sees(item, /sent\s*1\s*7 B/)
  await sees(item, /received\s*1\s*11 B/)
  await item.getByRole('img', { name: /At most \d+ frames in a second/ }).waitFor()
  assert.equal(await item.getAttribute('data-state'), 'open')
})

inspectorScene('choosing a connection shows only its messages', async ({ client, openTab }) => {
  const page = await openTab()
  const [one, other] = [await client('/one'), await client('/other')]
  one.send('from one')
  other.send('from the other')
  await rowTexts(page, 4)
  await page.getByTestId('connection').filter({ hasText: '/other' }).click()
  assert.deepEqual(await rowTexts(page, 2), ['from the other', 'from the other'])
  await sees(page.getByTestId('connection-panel'), '/other')
  await page.getByTestId('all-connections').click()
  await rowTexts(page, 4)
})

inspectorScene('connections are found by their path', async ({ client, openTab }) => {
  const page = await openTab()
  await client('/chat')
  await client('/feed')
  await page.getByTestId('connection').nth(1).waitFor()
  await page.getByTestId('connection-filter').fill('fee')
  await page.getByTestId('connection').filter({ hasText: '/chat' }).waitFor({ state: 'detached' })
  await sees(page.getByTestId('connection'), '/feed')
  await page.getByTestId('connection-filter').fill('nothing like it')
  await page.getByText('No connection matches.').waitFor()
})

inspectorScene('pings are seen with their round trip', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/ping')
  await socket.ping()
  await page.getByTestId('level-frames').click()
  await seesRow(page, 'received', 'ping')
  await seesRow(page, 'sent', 'pong')
})

inspectorScene(
  'an open page does not keep the recording from going on without it',
  async ({ client, openTab }) => {
    const early = await client('/early')
    early.send('before any page')
    const page = await openTab()
    await seesRow(page, 'received', 'before any page')
    await page.reload()
    await seesRow(page, 'received', 'before any page')
  },
)

inspectorScene('recording is paused, resumed and cleared', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('first')
  await rowTexts(page, 2)
  await page.getByTestId('record').click()
  await sees(page.getByTestId('state'), 'Paused')
  socket.send('unseen')
  await page.getByTestId('record').click()
  await sees(page.getByTestId('state'), 'Live')
  socket.send('second')
  await seesRow(page, 'sent', 'second')
  await page.getByTestId('clear').click()
  await rowTexts(page, 0)
  socket.send('third')
  assert.deepEqual(await rowTexts(page, 2), ['0third', '0third'])
})

import assert from 'node:assert/strict'
import { sees } from '../live-page.ts'
import { inspectorScene, rowTexts, seesRow } from './inspector-scene.ts'

inspectorScene('text is found, also where only the server has it', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('plain')
  socket.send(`${'x'.repeat(3000)} Needle`)
  await rowTexts(page, 4)
  await page.getByTestId('filter').fill('needle')
  assert.equal((await rowTexts(page, 2)).length, 2)
  await page.getByTestId('filter').fill('')
  await rowTexts(page, 4)
})

inspectorScene('what comes while one searches is looked through', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('ferry one')
  await rowTexts(page, 2)
  await page.getByTestId('filter').fill('/ferry (two|three)/')
  await rowTexts(page, 0)
  socket.send('ferry one')
  socket.send('ferry two')
  await seesRow(page, 'sent', 'ferry two')
  assert.deepEqual(await rowTexts(page, 2), ['0ferry two', '0ferry two'])
})

inspectorScene('an expression that is none is refused in words', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('text')
  await rowTexts(page, 2)
  await page.getByTestId('filter').fill('/(/')
  await page.getByText(/Unterminated group/).waitFor()
  await rowTexts(page, 2)
})

inspectorScene('rows are filtered by direction, type and size', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('short')
  socket.send('long '.repeat(50))
  socket.send(Uint8Array.of(1, 2, 3))
  await rowTexts(page, 6)
  await page.getByTestId('direction-received').click()
  await rowTexts(page, 3)
  await page.getByTestId('kind-filter').selectOption('binary')
  assert.deepEqual(await rowTexts(page, 1), ['001 02 03   ...'])
  await page.getByTestId('kind-filter').selectOption('all')
  await page.getByTestId('size-shortest').fill('0.1 kB')
  await rowTexts(page, 1)
  await page.getByTestId('size-longest').fill('200')
  await page.getByText('Nothing here passes the filters.').waitFor()
  await page.getByTestId('reset-filters').click()
  await rowTexts(page, 6)
})

inspectorScene('control frames are shown when they are asked for', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  await socket.ping()
  await page.getByTestId('kind-filter').selectOption('pong')
  await seesRow(page, 'sent', 'pong')
  await sees(page.getByTestId('bounds'), '1 message')
})

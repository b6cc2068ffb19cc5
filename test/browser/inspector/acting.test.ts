import assert from 'node:assert/strict'
import { sees } from '../live-page.ts'
import { inspectorScene, rowTexts, seesRow } from './inspector-scene.ts'

/** What a client gets next. */
async function next(messages: AsyncIterator<string | Uint8Array>): Promise<string | Uint8Array> {
  const { value } = await messages.next()
  return value as string | Uint8Array
}

inspectorScene('a message is written to a client', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  const messages = socket[Symbol.asyncIterator]()
  await page.getByTestId('connection').click()
  await page.getByTestId('compose-input').fill('from the inspector')
  await page.getByTestId('compose-send').click()
  assert.equal(await next(messages), 'from the inspector')
  await seesRow(page, 'sent', 'from the inspector')
  await page.getByTestId('compose-opcode').selectOption('binary')
  await page.getByTestId('compose-input').fill('de ad xx')
  await page.getByText('“x” is not a hex digit.').waitFor()
  await page.getByTestId('compose-input').fill('de ad be ef')
  await page.getByTestId('compose-input').press('Enter')
  assert.deepEqual(await next(messages), Uint8Array.of(0xde, 0xad, 0xbe, 0xef))
})

inspectorScene('a message is sent again, as it was or changed', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  const messages = socket[Symbol.asyncIterator]()
  socket.send('original')
  assert.equal(await next(messages), 'original')
  await (await seesRow(page, 'sent', 'original')).click()
  await page.getByTestId('resend').click()
  assert.equal(await next(messages), 'original')
  await page.getByText('Sent to the client again.').waitFor()
  await page.getByTestId('edit').click()
  const input = page.getByTestId('compose-input')
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'original')
  await input.fill('changed')
  await input.press('Enter')
  assert.equal(await next(messages), 'changed')
})

inspectorScene('a connection is closed with a code, or cut off', async ({ client, openTab }) => {
  const page = await openTab()
  const [one, other] = [await client('/one'), await client('/other')]
  await page.getByTestId('connection').filter({ hasText: '/one' }).click()
  await page.getByTestId('close-code').fill('4007')
  await page.getByTestId('close-reason').fill('by hand')
  await page.getByTestId('close-send').click()
  const { code, reason } = await one.closed
  assert.deepEqual({ code, reason }, { code: 4007, reason: 'by hand' })
  await sees(page.getByTestId('close-info'), '4007')
  await page.getByTestId('connection').filter({ hasText: '/other' }).click()
  await page.getByTestId('cut-off').click()
  assert.equal((await other.closed).code, 1006)
})

inspectorScene('nothing can be sent where no connection is open', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('x')
  await rowTexts(page, 2)
  await sees(page.getByTestId('compose-target'), 'Choose a connection')
  await page.getByTestId('compose-input').fill('nowhere')
  assert.equal(await page.getByTestId('compose-send').getAttribute('aria-disabled'), 'true')
  await page.getByTestId('connection').click()
  await socket.close()
  await page.getByText('This connection is closed.').waitFor()
})

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { sees } from '../live-page.ts'
import { inspectorScene, seesRow } from './inspector-scene.ts'

const proxy = { proxy: true }

async function inject(page: Page, kind: string, amount?: string): Promise<void> {
  await page.getByTestId('fault-kind').selectOption(kind)
  if (amount !== undefined) await page.getByTestId('fault-amount').fill(amount)
  await page.getByTestId('fault-inject').click()
  await page.getByTestId('fault-active').waitFor()
}

inspectorScene(
  'from between, sent is what goes to the server',
  async ({ client, openTab }) => {
    const page = await openTab()
    await page.getByText('Connect your client to').waitFor()
    const socket = await client('/chat')
    socket.send('up')
    await seesRow(page, 'sent', 'up')
    await seesRow(page, 'received', 'up')
    await page.getByTestId('connection').click()
    await sees(page.getByTestId('connection-panel'), /Seen from\s*the client/)
    await page.getByTestId('send-to-server').click()
    await page.getByTestId('compose-input').fill('in its name')
    await page.getByTestId('compose-send').click()
    await seesRow(page, 'sent', 'in its name')
    await (await seesRow(page, 'received', 'in its name')).click()
    await page.getByTestId('resend').click()
    await page.getByText('Sent to the client again.').waitFor()
  },
  proxy,
)

inspectorScene(
  'frames are dropped, and then come again',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/')
    await page.getByTestId('connection').click()
    await inject(page, 'drop', '1')
    await sees(page.getByTestId('fault-active'), 'To the server: 1 frame to be dropped')
    await page.getByTestId('connection').filter({ hasText: 'fault' }).waitFor()
    const messages = socket[Symbol.asyncIterator]()
    socket.send('lost')
    socket.send('kept')
    assert.equal((await messages.next()).value, 'kept')
    await page.getByTestId('fault-active').waitFor({ state: 'detached' })
  },
  proxy,
)

inspectorScene(
  'what goes one way is delayed until that is stopped',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/')
    await page.getByTestId('connection').click()
    await inject(page, 'delay', '600000')
    const messages = socket[Symbol.asyncIterator]()
    socket.send('late')
    await page.getByTestId('fault-stop').click()
    assert.equal((await messages.next()).value, 'late')
    await page.getByTestId('fault-active').waitFor({ state: 'detached' })
  },
  proxy,
)

inspectorScene(
  'a connection is left half open, and closed with a code towards one side',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/')
    await page.getByTestId('connection').click()
    await page.getByTestId('fault-to-client').click()
    await inject(page, 'half-open')
    await sees(page.getByTestId('fault-active'), 'To the client: nothing arrives')
    await page.getByTestId('fault-stop').click()
    await page.getByTestId('close-code').fill('1013')
    await page.getByTestId('close-send').click()
    assert.equal((await socket.closed).code, 1013)
    await sees(page.getByTestId('close-info'), /1013\s*Try Again Later/)
  },
  proxy,
)

inspectorScene(
  'what cannot be done is refused in words',
  async ({ client, openTab }) => {
    const page = await openTab()
    await client('/')
    await page.getByTestId('connection').click()
    await page.getByTestId('close-code').fill('1006')
    await page.getByTestId('close-send').click()
    await page.getByText('1006 cannot be sent').waitFor()
  },
  proxy,
)

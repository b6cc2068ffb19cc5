import { sees } from '../live-page.ts'
import { inspectorScene } from './inspector-scene.ts'

inspectorScene(
  'a handshake is explained header by header, with a verdict',
  async ({ client, openTab }) => {
    const page = await openTab()
    await client('/chat', { protocols: ['chat.v2'] })
    await page.getByTestId('connection').click()
    await page.getByTestId('tab-handshake').click()
    const panel = page.getByTestId('panel-handshake')
    await sees(panel, 'A sound handshake.')
    await sees(panel, 'GET /chat HTTP/1.1')
    await sees(panel, /Sec-WebSocket-Key.*16 random bytes/)
    await sees(panel, 'HTTP/1.1 101 Switching Protocols')
    await page.getByTestId('tab-connection').click()
    await sees(page.getByTestId('connection-panel'), /Subprotocol\s*chat\.v2/)
  },
  { serve: { protocols: ['chat.v2'] } },
)

inspectorScene('a close is explained with its reason', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  await page.getByTestId('connection').click()
  await socket.close(1001, 'moving on')
  const info = page.getByTestId('close-info')
  await sees(info, /1001\s*Going Away/)
  await sees(info, '“moving on”')
  await sees(info, 'both ends sent a close frame')
  await page.locator('[data-testid="connection"][data-state="closed"]').waitFor()
})

inspectorScene(
  'a connection that was lost says what probably happened',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/')
    await page.getByTestId('connection').click()
    socket.terminate()
    const info = page.getByTestId('close-info')
    await sees(info, /1006\s*Abnormal Closure/)
    await sees(page.getByTestId('diagnosis'), /\w/)
    await sees(info, 'the closing handshake is missing')
    await page.locator('[data-testid="connection"][data-state="lost"]').waitFor()
  },
)

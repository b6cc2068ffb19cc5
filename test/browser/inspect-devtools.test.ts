import { test } from 'node:test'
import { connect, inspect, serve } from '../../dist/node/index.js'
import { browser } from './chromium.ts'

test('DevTools of Chromium attaches and shows the messages', { timeout: 90_000 }, async (t) => {
  const server = await serve({
    message: (socket, message) => socket.send(`echo of ${String(message)}`),
  })
  t.after(() => server.close({ timeout: 0 }))
  const inspector = await inspect(server)
  const socket = await connect(`${server.url.replace('http', 'ws')}some-room`)
  t.after(() => socket.terminate())
  socket.send('before DevTools came')

  const list = await fetch(inspector!.url.replace('#', 'json/list?'))
  const [target] = (await list.json()) as { devtoolsFrontendUrl: string }[]
  const page = await (await browser()).newPage({ viewport: { width: 1000, height: 700 } })
  t.after(() => page.close())
  await page.goto(target!.devtoolsFrontendUrl)
  await page.locator('td', { hasText: 'some-room' }).first().click()
  await page.getByRole('tab', { name: 'Messages' }).click()
  const row = (text: string): Promise<void> =>
    page.locator('td', { hasText: text }).first().waitFor()
  await row('echo of before DevTools came')
  socket.send('while DevTools looks')
  await row('echo of while DevTools looks')
})

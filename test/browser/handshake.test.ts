import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import { joinEcho, joinTopic, sees } from './live-page.ts'
import { scene } from './scene.ts'

interface Header {
  readonly name: string
  readonly value: string
  readonly meaning: string
}

scene('each header of both heads is shown and explained', async ({ server, openTab }) => {
  const page = await openTab()
  await joinTopic(page, 'harbour')
  const panel = page.getByTestId('handshake')
  await sees(panel, 'HTTP/1.1 101 Switching Protocols')
  await sees(panel, /GET \/topics\/harbour\?peer=[\w-]+ HTTP\/1\.1/)

  const request = await headers(page, 'Request')
  const response = await headers(page, 'Response')
  for (const { name, value, meaning } of [...request, ...response]) {
    assert.notEqual(value, '', `${name} has no value`)
    assert.ok(meaning.length > 20, `${name} is not explained: ${meaning}`)
    // Chromium sends nothing that the page could not explain.
    assert.doesNotMatch(meaning, /^Not part of/, name)
  }
  const { host } = new URL(server.url)
  assert.equal(find(request, 'Host').value, host)
  assert.equal(find(request, 'Origin').value, server.url)
  assert.equal(find(request, 'Upgrade').value, 'websocket')
  assert.equal(find(request, 'Sec-WebSocket-Version').value, '13')
  assert.match(find(request, 'Sec-WebSocket-Extensions').value, /permessage-deflate/)
  assert.match(find(request, 'User-Agent').value, /Chrome/)
  assert.equal(find(response, 'Upgrade').value.toLowerCase(), 'websocket')

  const key = find(request, 'Sec-WebSocket-Key').value
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  assert.equal(find(response, 'Sec-WebSocket-Accept').value, accept.digest('base64'))

  // It stays to be read when the connection is over.
  await page.getByTestId('disconnect').click()
  await sees(panel, 'HTTP/1.1 101 Switching Protocols')
})

scene('a cookie is not shown, only that there is one', async ({ server, openTab }) => {
  const page = await openTab()
  await page.context().addCookies([{ name: 'session', value: 'hush-hush', url: server.url }])
  await joinEcho(page)
  await sees(page.getByTestId('handshake'), '(hidden)')
  const request = await headers(page, 'Request')
  assert.equal(find(request, 'Cookie').value, '(hidden)')
  assert.doesNotMatch(await page.content(), /hush-hush/)
})

scene('a ping shows its round trip', async ({ openTab }) => {
  const page = await openTab()
  const time = page.getByTestId('ping-rtt')
  await sees(time, /^–$/)
  await joinEcho(page)
  await sees(time, /^\d+(\.\d+)? (ms|s)$/)

  for (let index = 0; index < 3; index += 1) {
    const answered = page.waitForResponse((response) => response.url().endsWith('/ping'))
    await page.getByTestId('ping-button').click()
    const { rtt } = (await (await answered).json()) as { rtt: number }
    assert.ok(rtt > 0 && rtt < 1000, `${rtt} ms on the loopback`)
  }
  await page.getByRole('img', { name: /Last \d+ round trips: / }).waitFor()
  await page.getByTestId('disconnect').click()
  await sees(page.getByTestId('state'), 'CLOSED')
  assert.equal(await page.getByTestId('ping-button').getAttribute('aria-disabled'), 'true')
})

function headers(page: Page, head: 'Request' | 'Response'): Promise<Header[]> {
  return page
    .getByTestId('handshake')
    .getByRole('region', { name: head, exact: true })
    .locator('.header')
    .evaluateAll((elements) =>
      elements.map((element) => ({
        name: element.querySelector('dt')?.textContent ?? '',
        value: element.querySelector('.header-value')?.textContent ?? '',
        meaning: element.querySelector('.header-meaning')?.textContent ?? '',
      })),
    )
}

/** The one header of that name. */
function find(list: readonly Header[], name: string): Header {
  const found = list.filter((header) => header.name.toLowerCase() === name.toLowerCase())
  assert.equal(found.length, 1, `${name} among ${list.map((header) => header.name).join(', ')}`)
  return found[0]!
}

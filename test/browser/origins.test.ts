import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { joinTopic, messages, seesRow, sendText } from './live-page.ts'
import { scene } from './scene.ts'

/** An empty page of another origin, which is another port of this machine. */
const stranger = createServer((request, response) => {
  const icon = request.url === '/favicon.ico'
  response.writeHead(icon ? 204 : 200, { 'content-type': 'text/html' }).end('<h1>Elsewhere</h1>')
})
// Listens before the tests are declared, since its port is an option of a server.
stranger.listen(0, '127.0.0.1')
await once(stranger, 'listening')
const foreign = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
after(() => stranger.close())
before(() => assert.ok(stranger.listening))

scene('the page keeps to itself through a whole visit', async ({ server, openTab }) => {
  const response = await fetch(server.url)
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'self'/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /unsafe|\*/)

  // The scene itself fails on an error in the console, a violation or a request to another origin.
  const page = await openTab()
  await joinTopic(page, 'harbour')
  await sendText(page, '{"a":1}')
  await (await seesRow(page, 'sent', '"a"')).click()
  await page.getByTestId('hex-toggle').click()
  await page.getByTestId('publish-text').fill('x')
  await page.getByTestId('publish-button').click()
  await seesRow(page, 'received', 'x')
  await page.getByTestId('ping-button').click()
  await page.getByTestId('theme-switch').click()
  await page.getByTestId('help').click()
  await page.keyboard.press('Escape')
  // What came over the wire is text, and never part of the page.
  await sendText(page, '<img src=x onerror="document.title=1"><b>bold</b>')
  await seesRow(page, 'sent', '<img src=x')
  assert.equal(await page.getByTestId('messages').locator('img, b').count(), 0)
  await page.getByTestId('disconnect').click()
})

scene(
  'a violation of the policy would be noticed',
  async ({ openTab }) => {
    const page = await openTab()
    const violation = page.waitForEvent('console', (message) => message.text().startsWith('CSP: '))
    const refused = await page.evaluate((url) => fetch(url).catch(() => 'refused'), foreign)
    assert.equal(refused, 'refused')
    assert.match((await violation).text(), /connect-src/)
  },
  { expect: /Content Security Policy|CSP: connect-src|asked http/ },
)

scene(
  'a page of another origin can neither connect nor publish nor frame',
  async ({ server, openTab }) => {
    const member = await openTab()
    await joinTopic(member, 'harbour')
    const page = await openTab({ url: foreign })

    for (const path of ['/topics/harbour', '/echo']) {
      const refused = page.waitForEvent('console', (message) =>
        /response code: 403/.test(message.text()),
      )
      assert.equal(await connect(page, server.url + path), 'closed 1006')
      await refused
    }
    assert.equal(await post(page, `${server.url}/topics/harbour`, 'from a stranger'), 403)
    assert.equal(await framed(page, server.url), false)

    await fetch(`${server.url}/topics/harbour`, { method: 'POST', body: 'last' })
    await seesRow(member, 'received', /6c 61 73 74|last/)
    assert.equal((await messages(member)).length, 1)
  },
  { expect: /response code: 403|status of 403|asked |frame-ancestors|X-Frame-Options|CSP: frame/ },
)

scene(
  'a page without an origin cannot connect either',
  async ({ server, openTab }) => {
    const page = await openTab({ url: foreign })
    const outcome = await page.evaluate(
      (url) => {
        const frame = document.createElement('iframe')
        frame.sandbox.add('allow-scripts')
        frame.srcdoc = `<script>
      const socket = new WebSocket(${JSON.stringify(url)})
      socket.onopen = () => parent.postMessage('open', '*')
      socket.onclose = ({ code }) => parent.postMessage('closed ' + code + ' ' + origin, '*')
    </script>`
        document.body.append(frame)
        return new Promise<unknown>((resolve) => {
          addEventListener('message', ({ data }: MessageEvent<unknown>) => resolve(data))
        })
      },
      `${server.url.replace('http', 'ws')}/echo`,
    )
    assert.equal(outcome, 'closed 1006 null')
  },
  { expect: /response code: 403|asked / },
)

scene(
  'with --origin another page is let in as well, but still cannot frame',
  async ({ server, openTab }) => {
    const page = await openTab({ url: foreign })
    assert.equal(await connect(page, `${server.url}/echo`), 'echoed hello')
    // JSON needs a preflight, and the page may read the answer.
    const answer = await page.evaluate(async (url) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', body: '{}', headers })
      return { status: response.status, body: (await response.json()) as unknown }
    }, `${server.url}/topics/harbour`)
    const nobody = { topic: 'harbour', matched: 0, sent: 0, buffered: 0, dropped: 0 }
    assert.deepEqual(answer, { status: 200, body: nobody })
    assert.equal(await framed(page, server.url), false)
    // As well: the server's own page is not shut out by it.
    const own = await openTab()
    await joinTopic(own, 'harbour')
    await own.getByTestId('publish-text').fill('from home')
    await own.getByTestId('publish-button').click()
    await seesRow(own, 'received', 'from home')
  },
  { serve: ['--origin', foreign], expect: /asked |frame-ancestors|X-Frame-Options|CSP: frame/ },
)

/** What becomes of a WebSocket from `page`. */
function connect(page: Page, url: string): Promise<string> {
  return page.evaluate(
    (address) => {
      const socket = new WebSocket(address)
      return new Promise<string>((resolve) => {
        socket.addEventListener('open', () => socket.send('hello'))
        socket.addEventListener('message', ({ data }) => resolve(`echoed ${String(data)}`))
        socket.addEventListener('close', ({ code }) => resolve(`closed ${code}`))
      })
    },
    url.replace('http', 'ws'),
  )
}

/** The status of a POST that needs no preflight; the page itself is not shown it. */
async function post(page: Page, url: string, body: string): Promise<number> {
  const [response] = await Promise.all([
    page.waitForResponse(url),
    page.evaluate(
      ([address = '', text = '']) =>
        fetch(address, { method: 'POST', mode: 'no-cors', body: text }).then(() => {}),
      [url, body],
    ),
  ])
  return response.status()
}

/** Whether the live page appears in a frame of `page`. */
async function framed(page: Page, url: string): Promise<boolean> {
  await page.evaluate((address) => {
    const frame = document.createElement('iframe')
    frame.src = address
    return new Promise((resolve) => {
      // The browser's error page fires it as well.
      frame.addEventListener('load', resolve)
      document.body.append(frame)
    })
  }, url)
  const frame = page.frames().at(-1)
  return (await frame?.getByTestId('connect').count()) !== 0
}

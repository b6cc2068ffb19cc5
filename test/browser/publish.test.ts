import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { joinTopic, messages, sees, seesRow, shownBytes } from './live-page.ts'
import { scene } from './scene.ts'

scene('publishing from the page shows what became of it', async ({ openTab }) => {
  const page = await openTab()
  await joinTopic(page, 'harbour')
  const other = await openTab()
  await joinTopic(other, 'harbour')

  await publish(page, 'high tide at 17:04 ⚓')
  await sees(result(page), '200 OK')
  assert.deepEqual(await counts(page), { matched: '2', sent: '2', buffered: '0', dropped: '0' })
  for (const member of [page, other]) await seesRow(member, 'received', 'high tide at 17:04 ⚓')

  await page.getByTestId('publish-type').selectOption('application/octet-stream')
  await publish(page, 'ff 00 7f')
  const row = await seesRow(other, 'received', 'ff 00 7f')
  assert.equal(await row.getAttribute('data-kind'), 'binary')
  await row.click()
  assert.deepEqual(await shownBytes(other), [0xff, 0x00, 0x7f])

  await page.getByTestId('publish-topic').fill('nobody is here')
  await publish(page, '01')
  await sees(result(page), /matched\s*0|0\s*matched/)
  assert.equal((await messages(page)).length, 2)
})

scene('publishing needs no connection', async ({ openTab }) => {
  const listener = await openTab()
  await joinTopic(listener, 'lobby')
  const page = await openTab()
  await publish(page, 'from outside')
  await sees(result(page), '200 OK')
  await seesRow(listener, 'received', 'from outside')
})

scene('the command that an empty list suggests publishes text', async ({ openTab }) => {
  const page = await openTab()
  await joinTopic(page, "it's (a) $topic!")
  const shown = (await page.locator('.command code').textContent())?.trim() ?? ''
  const [, body = '', name = '', type = '', url = ''] =
    /^curl -d (\S+) -H (\S+):(\S+) (http\S+)$/.exec(shown) ?? []
  // Nothing in it that a shell would read as something else.
  assert.match(url, /^[\w:/.%-]+$/, shown)
  const response = await fetch(url, { method: 'POST', body, headers: { [name]: type } })
  assert.equal(response.status, 200)
  const row = await seesRow(page, 'received', 'hello')
  assert.equal(await row.getAttribute('data-kind'), 'text')
})

scene(
  'a body over 1 MiB is answered with 413, and nothing is published',
  async ({ server, openTab }) => {
    const page = await openTab()
    await joinTopic(page, 'harbour')
    await publish(page, 'x'.repeat((1 << 20) + 1))
    await sees(result(page), '413')
    await sees(result(page), /too large/i)

    // Far over the limit the answer comes before the body is through, and still arrives.
    const headers = { 'content-type': 'text/plain' }
    const body = 'x'.repeat(16 << 20)
    const refused = await fetch(`${server.url}/topics/harbour`, { method: 'POST', body, headers })
    assert.equal(refused.status, 413)

    await publish(page, 'after that')
    await sees(result(page), '200 OK')
    await seesRow(page, 'received', 'after that')
    assert.equal((await messages(page)).length, 1)

    // The limit itself is still allowed.
    await publish(page, 'y'.repeat(1 << 20))
    await sees(result(page), '200 OK')
    await sees(await seesRow(page, 'received', 'yyyy'), '1.0 MB')
  },
  { expect: /status of 413/ },
)

scene(
  'a topic that does not exist and a server that is gone are said in words',
  async ({ server, openTab }) => {
    const page = await openTab()
    await page.getByTestId('publish-topic').fill('')
    await sees(page.locator('#publish-note'), 'Enter a topic name.')
    await page.getByTestId('publish-topic').fill('harbour')
    await server.stop('SIGKILL')
    await publish(page, 'anyone?')
    await sees(result(page), 'The server did not answer.')
  },
  { expect: /net::ERR_/ },
)

/** Publishes, once the answer to the last time is there. */
async function publish(page: Page, body: string): Promise<void> {
  await page.getByTestId('publish-text').fill(body)
  const answered = page.waitForEvent('requestfinished', (request) => request.method() === 'POST')
  const failed = page.waitForEvent('requestfailed', (request) => request.method() === 'POST')
  await page.getByTestId('publish-button').click()
  await Promise.any([answered, failed])
  failed.catch(() => {})
  answered.catch(() => {})
}

function result(page: Page): ReturnType<Page['getByTestId']> {
  return page.getByTestId('publish-result')
}

async function counts(page: Page): Promise<Record<string, string>> {
  const pairs = await result(page)
    .locator('.counts > div')
    .evaluateAll((elements) =>
      elements.map((element) => [
        element.querySelector('dt')?.textContent ?? '',
        element.querySelector('dd')?.textContent ?? '',
      ]),
    )
  return Object.fromEntries(pairs) as Record<string, string>
}

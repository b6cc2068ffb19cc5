import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publishOverHttp } from '../../dist/cli/publish-over-http.js'
import { defaultLimits } from '../../dist/core/index.js'
import { type HttpRequest, LocalProtocolError, type Message } from '../../dist/node/index.js'

type Server = Parameters<typeof publishOverHttp>[0]
const counts = { matched: 1, sent: 1, buffered: 0, dropped: 0 }

/** Publishes a body, and tells what came of it. */
async function publish(
  body: Uint8Array,
  contentType?: string,
  fail?: Error,
): Promise<{ status: number; text: string; published: Message[]; limit: number | undefined }> {
  const published: Message[] = []
  let limit: number | undefined
  const server = {
    limits: { ...defaultLimits, message: 1234 },
    publish(_topic: string, message: Message) {
      if (fail) throw fail
      published.push(message)
      return counts
    },
  } as unknown as Server
  const request = {
    headers: new Headers(contentType === undefined ? {} : { 'content-type': contentType }),
    bytes: (options: { limit: number }) => {
      limit = options.limit
      return Promise.resolve(body)
    },
  } as unknown as HttpRequest
  const response = await publishOverHttp(server, 'lobby', request)
  return { status: response.status, text: await response.text(), published, limit }
}

const hello = new TextEncoder().encode('héllo')

for (const type of [
  'text/plain',
  'text/html; charset=utf-8',
  'TEXT/PLAIN',
  'application/json',
  'application/json;charset=utf-8',
  'application/ld+json',
]) {
  test(`${type} is published as text`, async () => {
    const { status, text, published } = await publish(hello, type)
    assert.equal(status, 200)
    assert.deepEqual(JSON.parse(text), { topic: 'lobby', ...counts })
    assert.deepEqual(published, ['héllo'])
  })
}

for (const type of [
  undefined,
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'application/jsonp',
  'image/png',
  'context/plain',
]) {
  test(`${type ?? 'a body without a type'} is published as binary`, async () => {
    const { status, published } = await publish(hello, type)
    assert.equal(status, 200)
    assert.deepEqual(published, [hello])
  })
}

test('the limit on the body is that on messages', async () => {
  assert.equal((await publish(hello)).limit, 1234)
})

test('text that is not UTF-8 is refused, and a byte order mark is kept', async () => {
  const broken = await publish(Uint8Array.of(0x68, 0xff), 'text/plain')
  assert.equal(broken.status, 400)
  assert.match(broken.text, /not UTF-8/)
  assert.deepEqual(broken.published, [])
  const marked = await publish(Uint8Array.of(0xef, 0xbb, 0xbf, 0x68), 'text/plain')
  assert.deepEqual(marked.published, ['\ufeffh'])
})

test('a topic that is refused is the fault of the request; anything else is ours', async () => {
  const fault = new LocalProtocolError('ERR_TOPIC_NAME', 'topic name is empty')
  const refused = await publish(hello, 'text/plain', fault)
  assert.equal(refused.status, 400)
  assert.equal(refused.text, 'topic name is empty\n')
  await assert.rejects(publish(hello, 'text/plain', new TypeError('a bug')), /a bug/)
})

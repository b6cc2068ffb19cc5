import assert from 'node:assert/strict'
import { encode } from '@msgpack/msgpack'
import { sees } from '../live-page.ts'
import { inspectorScene, rowTexts, seesRow } from './inspector-scene.ts'

const path = '/socket.io/?EIO=4&transport=websocket'

inspectorScene(
  'a message is shown as a tree, source, text and hex',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/')
    const text = '{"type":"chat","id":9007199254740993,"text":"Fähre"}'
    socket.send(text)
    await (await seesRow(page, 'received', 'chat')).click()
    await sees(page.getByTestId('decoded'), '{ type, id, text }')
    // More than a double can hold, so it was not read as one.
    await sees(page.getByTestId('tree'), 'id: 9007199254740993')
    await page.getByTestId('as-source').click()
    await sees(page.getByTestId('detail'), '"type": "chat"')
    await page.getByTestId('as-text').click()
    assert.equal(await page.getByTestId('detail').locator('.content pre').textContent(), text)
    await page.getByTestId('as-hex').click()
    await sees(page.getByTestId('hex'), '7b 22 74 79')
    await sees(page.getByTestId('message-facts'), /Connection\s*0, message 0 received/)
  },
)

inspectorScene('protocols above WebSocket are decoded', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client(path)
  socket.send('42["chat",{"text":"hi"}]')
  await (await seesRow(page, 'received', '42["chat"')).click()
  await sees(page.getByTestId('decoded'), 'EVENT "chat"')
  await page.getByTestId('as-Socket.IO').waitFor()
  const other = await client('/pack')
  other.send(encode({ op: 'set', value: 7 }))
  await (await seesRow(page, 'received', '82 a2 6f 70')).click()
  await sees(page.getByTestId('decoded'), '{ op, value }')
})

inspectorScene('a long message comes whole when it is looked at', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  const text = `start ${'x'.repeat(5000)} end`
  socket.send(text)
  await (await seesRow(page, 'received', 'start')).click()
  await sees(page.getByTestId('detail'), / end$/m)
})

inspectorScene(
  'frames are shown one by one, with the header bit by bit',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/')
    socket.send('hello')
    await rowTexts(page, 2)
    await page.getByTestId('level-frames').click()
    await (await seesRow(page, 'received', 'hello')).click()
    await page.getByTestId('tab-frame').click()
    await sees(page.getByTestId('header-bytes'), /^81 85( [0-9a-f]{2}){4}$/)
    const fields = await page.getByTestId('header-fields').locator('dt').allInnerTexts()
    assert.deepEqual(fields, [
      'FIN',
      'RSV1',
      'RSV2',
      'RSV3',
      'opcode',
      'MASK',
      'payload len',
      'masking key',
    ])
    assert.equal(await page.getByTestId('bits').locator('.bit-cell').count(), 9)
    await sees(page.getByTestId('hex'), '68 65 6c 6c 6f')
    await (await seesRow(page, 'sent', 'hello')).click()
    await sees(page.getByTestId('header-bytes'), /^81 05$/)
  },
)

inspectorScene(
  'compression is shown as what it saves',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/', { deflate: true })
    socket.send('tide '.repeat(400))
    await (await seesRow(page, 'received', 'tide')).click()
    await sees(page.getByTestId('message-facts'), /on the wire, \d %/)
    await page.getByTestId('tab-frame').click()
    await sees(page.getByTestId('header-fields'), 'permessage-deflate, RFC 7692')
    await page.getByTestId('tab-connection').click()
    await sees(page.getByTestId('connection-panel'), /on the wire for 2\.0 kB, \d %/)
  },
  { serve: { deflate: true } },
)

inspectorScene(
  'what is redacted is marked and never on the page',
  async ({ client, openTab }) => {
    const page = await openTab()
    const socket = await client('/?token=hunter2', {
      headers: { Authorization: 'Basic aHVudGVyMg' },
    })
    socket.send('{"password":"hunter2","name":"ada"}')
    const row = await seesRow(page, 'received', 'ada')
    await sees(row, 'redacted')
    await row.click()
    await sees(page.getByTestId('message-facts'), 'secrets were taken out')
    await page.getByTestId('tab-handshake').click()
    await sees(page.getByTestId('panel-handshake'), '[redacted]')
    assert.doesNotMatch(await page.content(), /hunter2|aHVudGVyMg/)
  },
  { inspect: { redact: { headers: ['authorization'], fields: ['password', 'token'] } } },
)

inspectorScene('the latest row stays in view until one scrolls up', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  for (let at = 0; at < 100; at += 1) socket.send(`row ${at}.`)
  await seesRow(page, 'sent', 'row 99.')
  const list = page.getByTestId('messages')
  await list.evaluate((element) => (element.scrollTop = 0))
  await page.getByTestId('jump').waitFor()
  socket.send('one more')
  await sees(page.getByTestId('jump'), '2 new rows')
  await page.getByTestId('jump').click()
  await seesRow(page, 'sent', 'one more')
})

inspectorScene('the time line shows what there was and goes there', async ({ client, openTab }) => {
  const page = await openTab()
  const socket = await client('/')
  socket.send('the first')
  await socket.ping()
  socket.send('the last')
  await seesRow(page, 'sent', 'the last')
  const strip = page.getByTestId('timeline').locator('.timeline-strip')
  await strip.getByRole('img', { name: /Messages over time/ }).waitFor()
  await page.locator('.timeline-sent[d^="M"]').waitFor({ state: 'attached' })
  await strip.click({ position: { x: 1, y: 20 } })
  await sees(page.getByTestId('detail'), 'the first')
})

inspectorScene(
  'sent is green and up, received is red and down, also in rows that are used again',
  async ({ server, client, openTab }) => {
    const page = await openTab({ colorScheme: 'light' })
    const socket = await client('/')
    const messages = socket[Symbol.asyncIterator]()
    for (let at = 0; at < 60; at += 1) {
      socket.send(`row ${at}.`)
      await messages.next()
    }
    await seesRow(page, 'sent', 'row 59.')
    // An odd one, which moves every row of one direction into the place of the other.
    server.publish('room', 'odd')
    await seesRow(page, 'sent', 'odd')
    const looks = await page.getByTestId('message').evaluateAll((rows) =>
      rows.map((row) => {
        const arrow = row.querySelector('path')
        const way = arrow?.getAttribute('d')?.startsWith('M8 13') === true ? 'up' : 'down'
        return `${row.getAttribute('data-direction')} ${way} ${arrow ? getComputedStyle(arrow).stroke : ''}`
      }),
    )
    assert.deepEqual(
      new Set(looks),
      new Set(['sent up rgb(20, 128, 58)', 'received down rgb(200, 48, 47)']),
    )
  },
  { serve: { open: (socket) => socket.subscribe('room') } },
)

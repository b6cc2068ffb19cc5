import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import {
  type CloseOutcome,
  type ListeningServer,
  type Message,
  serve,
  type ServerSocket,
} from '../../dist/node/index.js'
import { browser } from './chromium.ts'

/** What the test's server saw of a connection. */
interface Seen {
  readonly socket: ServerSocket
  readonly closed: Promise<CloseOutcome>
  readonly offered: string
}

interface Close {
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean
}

declare global {
  interface Window {
    /** The connection of the test, and how it ended. */
    socket: WebSocket
    ending: Promise<Close>
  }
}

const mebibyte = 1 << 20

describe("the browser's own WebSocket against serve()", { timeout: 60_000 }, () => {
  let server: ListeningServer
  let context: BrowserContext
  let page: Page
  const connections: Array<(seen: Seen) => void> = []

  before(async () => {
    const chrome = await browser()
    server = await serve({
      protocols: ['chat.v2', 'chat.v1'],
      request: () => new Response('<p>A page', { headers: { 'content-type': 'text/html' } }),
      open(socket, { request }) {
        const offered = request.headers.get('sec-websocket-extensions') ?? ''
        connections.shift()?.({ socket, offered, closed: socket.closed })
      },
      message: (socket, message) => void socket.send(message),
    })
    context = await chrome.newContext()
    page = await context.newPage()
    await page.goto(server.url)
  })

  after(async () => {
    await context?.close()
    await server?.close({ timeout: 100 })
  })

  /** Opens a WebSocket in the page as `window.socket`. @returns The server's end of it. */
  async function open(protocols: string[] = []): Promise<Seen> {
    const seen = new Promise<Seen>((resolve) => connections.push(resolve))
    await page.evaluate((names) => {
      const socket = new WebSocket(location.href.replace('http', 'ws'), names)
      socket.binaryType = 'arraybuffer'
      window.socket = socket
      window.ending = new Promise((resolve) => {
        socket.addEventListener('close', ({ code, reason, wasClean }) =>
          resolve({ code, reason, wasClean }),
        )
      })
      return new Promise<void>((resolve, reject) => {
        socket.addEventListener('open', () => resolve())
        socket.addEventListener('error', () => reject(new Error('the WebSocket did not open')))
      })
    }, protocols)
    return seen
  }

  test('text comes back as it went, and an empty one too', async () => {
    await open()
    const texts = [
      'hello',
      '',
      'Fähre – 渡し船 ⛴ 𝄞',
      '\u0000 \uFEFF',
      'x'.repeat(125),
      'y'.repeat(70_000),
    ]
    assert.deepEqual(await echoed(page, texts), texts)
  })

  test('an ArrayBuffer, a view and a Blob come back as bytes', async () => {
    await open()
    const outcome = await page.evaluate(async () => {
      const { socket } = window
      const next = (): Promise<MessageEvent<unknown>> =>
        new Promise((resolve) => {
          socket.addEventListener('message', resolve, { once: true })
        })
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
      const found: string[] = []
      for (const data of [bytes.buffer, bytes.subarray(1, 255), new Blob([bytes])]) {
        const answer = next()
        socket.send(data)
        const back = (await answer).data
        if (!(back instanceof ArrayBuffer)) return `came back as ${typeof back}`
        const got = new Uint8Array(back)
        found.push(`${got.length}:${got[0]}:${got.at(-1)}`)
      }
      socket.binaryType = 'blob'
      const answer = next()
      socket.send(new Uint8Array([1, 2, 3]))
      const { data } = await answer
      const last = data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : []
      found.push(`blob ${last.join()}`)
      return found
    })
    assert.deepEqual(outcome, ['256:0:255', '254:1:254', '256:0:255', 'blob 1,2,3'])
  })

  test('1 MiB comes back whole; a byte more is refused with 1009', async () => {
    const { closed } = await open()
    const back = await page.evaluate((size) => {
      const { socket } = window
      const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31) & 0xff)
      socket.send(bytes)
      return new Promise<boolean>((resolve) => {
        socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
          const got = new Uint8Array(data)
          resolve(got.length === size && got.every((byte, index) => byte === bytes[index]))
        })
      })
    }, mebibyte)
    assert.equal(back, true)

    await page.evaluate((size) => window.socket.send(new Uint8Array(size)), mebibyte + 1)
    const close = await closeEvent(page)
    assert.equal(close.code, 1009)
    assert.equal(close.wasClean, true)
    assert.match(close.reason, /1048576/)
    await closed
  })

  test('the subprotocol is the one that the server prefers among those offered', async () => {
    assert.equal((await open(['chat.v1', 'chat.v2'])).socket.protocol, 'chat.v2')
    assert.equal(await protocolOf(page), 'chat.v2')
    assert.equal((await open(['chat.v1'])).socket.protocol, 'chat.v1')
    assert.equal(await protocolOf(page), 'chat.v1')
    assert.equal((await open()).socket.protocol, '')
    assert.equal(await protocolOf(page), '')
  })

  test('permessage-deflate is offered by Chromium and declined', async () => {
    const { socket, offered } = await open()
    assert.match(offered, /permessage-deflate/)
    assert.equal(socket.extensions, '')
    assert.equal(await page.evaluate(() => window.socket.extensions), '')
    assert.deepEqual(await echoed(page, ['a'.repeat(5000)]), ['a'.repeat(5000)])
  })

  test('a close code and reason of the page reach the server', async () => {
    for (const [code, reason] of [
      [1000, 'done'],
      [3000, ''],
      [4999, 'ä'.repeat(61)],
    ] as const) {
      const { closed } = await open()
      await page.evaluate(([said, why]) => window.socket.close(said, why), [code, reason] as const)
      const close = await closeEvent(page)
      assert.deepEqual([close.code, close.wasClean], [code, true])
      const outcome = await closed
      assert.deepEqual([outcome.code, outcome.reason, outcome.wasClean], [code, reason, true])
    }
  })

  test('a close without a code is 1005 at both ends', async () => {
    const { closed } = await open()
    await page.evaluate(() => window.socket.close())
    const close = await closeEvent(page)
    assert.deepEqual(close, { code: 1005, reason: '', wasClean: true })
    assert.equal((await closed).code, 1005)
  })

  test('a close code and reason of the server reach the page', async () => {
    for (const code of [1000, 1001, 1013, 3000, 4001]) {
      const { socket, closed } = await open()
      await socket.close(code, 'Gezeitenwechsel ⚓')
      assert.deepEqual(await closeEvent(page), {
        code,
        reason: 'Gezeitenwechsel ⚓',
        wasClean: true,
      })
      assert.equal((await closed).wasClean, true)
    }
  })

  test('a message in fragments arrives whole, with pings answered in between', async () => {
    const { socket } = await open()
    const got = page.evaluate(() => {
      return new Promise<unknown>((resolve) => {
        window.socket.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
          resolve(data),
        )
      })
    })
    await listening(page)
    const round: number[] = []
    async function* parts(): AsyncGenerator<Message> {
      for (const part of ['Tide ', '𝄞 ', 'turns']) {
        yield part
        round.push(await socket.ping())
      }
    }
    await socket.sendFragments(parts())
    assert.equal(await got, 'Tide 𝄞 turns')
    assert.equal(round.length, 3)
    assert.ok(round.every((time) => time > 0 && time < 5000))
  })

  test('2,000 messages arrive in order', async () => {
    const { socket } = await open()
    const got = page.evaluate(() => {
      const numbers: number[] = []
      return new Promise<number[]>((resolve) => {
        window.socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
          numbers.push(Number(data))
          if (numbers.length === 2000) resolve(numbers)
        })
      })
    })
    await listening(page)
    for (let index = 0; index < 2000; index += 1) socket.send(String(index))
    assert.deepEqual(
      await got,
      Array.from({ length: 2000 }, (_, index) => index),
    )
  })

  test('a page that is left is 1001 at the server', async () => {
    const { closed } = await open()
    await page.goto('about:blank')
    const { code, wasClean } = await closed
    assert.deepEqual({ code, wasClean }, { code: 1001, wasClean: true })
    await page.goto(server.url)
  })
})

/** Once the page answers a second question, it has begun with the first, and so listens. */
function listening(page: Page): Promise<number> {
  return page.evaluate(() => 0)
}

/** Sends texts and gives what comes back. */
function echoed(page: Page, texts: string[]): Promise<unknown[]> {
  return page.evaluate((all) => {
    const { socket } = window
    const back: unknown[] = []
    for (const text of all) socket.send(text)
    return new Promise<unknown[]>((resolve) => {
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        back.push(data)
        if (back.length === all.length) resolve(back)
      })
    })
  }, texts)
}

/** How the connection ends for the page. */
function closeEvent(page: Page): Promise<Close> {
  return page.evaluate(() => window.ending)
}

function protocolOf(page: Page): Promise<string> {
  return page.evaluate(() => window.socket.protocol)
}

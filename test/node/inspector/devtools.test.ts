import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { suite, test, type TestContext } from 'node:test'
import { Connection } from 'puppeteer-core'
import { connect } from '../../../dist/node/index.js'
import { client, inspected } from './inspected.ts'
import { at } from './page.ts'
import { NodeWebSocketTransport } from './puppeteer.ts'

interface Target {
  readonly type: string
  readonly webSocketDebuggerUrl: string
  readonly devtoolsFrontendUrl: string
}

async function targetOf(inspectorUrl: string): Promise<Target> {
  const response = await fetch(at(inspectorUrl, 'json/list'))
  assert.equal(response.status, 200)
  const [target] = (await response.json()) as Target[]
  return target!
}

const names = [
  'Created',
  'WillSendHandshakeRequest',
  'HandshakeResponseReceived',
  'FrameSent',
  'FrameReceived',
  'FrameError',
  'Closed',
] as const
type Name = (typeof names)[number]

/** What puppeteer is told of. */
class DevTools {
  readonly connection: Connection
  readonly events: { readonly name: Name; readonly params: Record<string, unknown> }[] = []
  readonly #heard = new EventEmitter()

  private constructor(connection: Connection) {
    this.connection = connection
    for (const name of names) {
      connection.on(`Network.webSocket${name}`, (params: object) => {
        this.events.push({ name, params: params as Record<string, unknown> })
        this.#heard.emit('heard')
      })
    }
  }

  static async attach(t: TestContext, url: string): Promise<DevTools> {
    const connection = new Connection(url, await NodeWebSocketTransport.create(url))
    t.after(() => connection.dispose())
    return new DevTools(connection)
  }

  async sees(name: Name): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.events.find((one) => one.name === name)
      if (found) return found.params
      await once(this.#heard, 'heard')
    }
  }
}

suite('a client of the Chrome DevTools Protocol', () => {
  test('is told of what came before it, and of what comes', async (t) => {
    const { inspector, url } = await inspected(t)
    const socket = await client(t, `${url}room`)
    socket.send('before')
    const { webSocketDebuggerUrl } = await targetOf(inspector.url)
    const devTools = await DevTools.attach(t, webSocketDebuggerUrl)
    await devTools.connection.send('Network.enable')
    assert.deepEqual(await devTools.sees('Created'), {
      requestId: 'tidewire.0',
      url: `${url}room`,
    })
    const { response } = await devTools.sees('FrameReceived')
    assert.deepEqual(response, { opcode: 1, mask: true, payloadData: 'before' })
    await socket.close()
    await devTools.sees('Closed')
    assert.deepEqual(
      devTools.events.map(({ name }) => name),
      [
        'Created',
        'WillSendHandshakeRequest',
        'HandshakeResponseReceived',
        'FrameReceived',
        'FrameSent',
        'FrameReceived',
        'FrameSent',
        'Closed',
      ],
    )
  })

  test('is told nothing before it asks, and nothing after it has had enough', async (t) => {
    const { inspector, url } = await inspected(t)
    const { webSocketDebuggerUrl } = await targetOf(inspector.url)
    const devTools = await DevTools.attach(t, webSocketDebuggerUrl)
    const socket = await client(t, url)
    const version = await devTools.connection.send('Browser.getVersion')
    assert.match(version.product, /^Tidewire\//)
    assert.equal(devTools.events.length, 0)
    await devTools.connection.send('Network.enable')
    await devTools.sees('HandshakeResponseReceived')
    await devTools.connection.send('Network.disable')
    socket.send('unheard')
    await socket.ping()
    await devTools.connection.send('Browser.getVersion')
    assert.equal(
      devTools.events.some(({ name }) => name.includes('Frame')),
      false,
    )
  })

  test('is told that there is nothing else', async (t) => {
    const { inspector } = await inspected(t)
    const { webSocketDebuggerUrl } = await targetOf(inspector.url)
    const devTools = await DevTools.attach(t, webSocketDebuggerUrl)
    await assert.rejects(devTools.connection.send('Page.enable'), /'Page\.enable' wasn't found/)
  })

  test('finds where to connect, if it has the token', async (t) => {
    const { inspector } = await inspected(t)
    const target = await targetOf(inspector.url)
    assert.equal(target.type, 'page')
    assert.equal(
      target.devtoolsFrontendUrl,
      `devtools://devtools/bundled/devtools_app.html?panel=network&${target.webSocketDebuggerUrl.replace('://', '=')}`,
    )
    const version = await fetch(at(inspector.url, 'json/version'))
    const { Browser: product } = (await version.json()) as { Browser: string }
    assert.match(product, /^Tidewire\//)
    for (const path of ['json', 'json/list', 'json/version']) {
      const url = at(inspector.url, path)
      assert.equal((await fetch(`${url}x`)).status, 403)
      assert.equal((await fetch(url.replace(/\?.*/, ''))).status, 403)
    }
    assert.equal((await fetch(at(inspector.url, 'json/protocol'))).status, 404)
  })

  test('connects as DevTools does, and no web page can', async (t) => {
    const { inspector } = await inspected(t)
    const { webSocketDebuggerUrl: url } = await targetOf(inspector.url)
    await client(t, url, { headers: { Origin: 'devtools://devtools' } })
    for (const Origin of ['https://evil.example', 'null', 'devtools://evil']) {
      await assert.rejects(connect(url, { headers: { Origin } }), { status: 403 })
    }
    await assert.rejects(connect(`${url}x`), { status: 403 })
  })
})

/**
 * The drafts before RFC 6455, held against `websocket-driver`
 * (https://github.com/faye/websocket-driver-node): it speaks hixie-75, hixie-76 and 13 as a server, and 13 as
 * a client. 7 and 8 differ from 13 in their number only, and where the origin is.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { Transform } from 'node:stream'
import websocketDriver, { type Driver } from 'websocket-driver'
import { connect, serve } from '../../dist/node/index.js'
import { versionOf } from './matrix.ts'

const timeout = 20_000

/** Gives back what it gets: Tidewire with the drafts switched on. */
async function ours(t: TestContext): Promise<number> {
  const server = await serve({
    legacy: true,
    origins: '*',
    message: (socket, message) => socket.send(message),
  })
  t.after(() => server.close({ timeout: 0 }))
  return server.port
}

/** The same by websocket-driver. */
async function theirs(t: TestContext): Promise<number> {
  const server = createServer()
  const sockets = new Set<Socket>()
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.on('upgrade', (request, socket: Socket, head) => {
    const driver = websocketDriver.http(request, { allowDrafts: true })
    sockets.add(socket)
    socket.on('error', () => {})
    driver.on('message', ({ data }) => echo(driver, data))
    // It leaves the end of the transport to its user.
    driver.on('close', () => socket.end())
    socket.on('end', () => socket.end())
    driver.io.write(head)
    socket.pipe(driver.io).pipe(socket)
    driver.start()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function echo(driver: Driver, data: string | Buffer): void {
  if (typeof data === 'string') driver.text(data)
  else driver.binary(data)
}

/**
 * Everything that a server says to a request and, once it has answered, to these frames.
 * @param last With which its answer ends; then the transport is ended. Default: the server ends it.
 */
async function dialogue(
  port: number,
  head: string,
  frames: Uint8Array,
  last?: string,
): Promise<Said> {
  const socket = connectTcp(port, '127.0.0.1')
  let said = Buffer.alloc(0)
  socket.write(latin1(head))
  // websocket-driver does not read frames that come together with the request.
  socket.once('data', () => socket.write(frames))
  socket.on('data', (chunk: Buffer) => {
    said = Buffer.concat([said, chunk])
    if (last && said.includes(last, 0, 'latin1')) socket.end()
  })
  await once(socket, 'close')
  return parse(said)
}

interface Said {
  readonly fields: readonly string[]
  readonly behind: Buffer
}

function parse(bytes: Buffer): Said {
  const end = bytes.indexOf('\r\n\r\n')
  const [start, ...fields] = bytes.toString('latin1', 0, end).split('\r\n')
  assert.match(start!, /^HTTP\/1\.1 101 /)
  return { fields: fields.toSorted(), behind: bytes.subarray(end + 4) }
}

function upgradeHead(...fields: string[]): string {
  const lines = ['GET /chat?a=b HTTP/1.1', 'Upgrade: WebSocket', 'Connection: Upgrade']
  return [...lines, 'Host: example.localhost', ...fields, '', ''].join('\r\n')
}

const hixie75 = upgradeHead('Origin: http://example.localhost')
const hixie76 = upgradeHead(
  'Origin: http://example.localhost',
  'Sec-WebSocket-Key1: 18x 6]8vM;54 *(5:  {   U1]8  z [  8',
  'Sec-WebSocket-Key2: 1_ tx7X d  <  nw  334J702) 7]o}` 0',
).concat('Tm[K T2u')
const hybi = (version: number): string =>
  upgradeHead(
    'Sec-WebSocket-Origin: http://example.localhost',
    `Sec-WebSocket-Version: ${version}`,
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  )

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
/** What means something in both hixie drafts, with a frame to discard in the middle. */
const hixieFrames = latin1(
  '\0Hello\xff\0\xff\0Gr\xc3\xbc\xc3\x9fe\xff\x80\x05\0abc\xff\0after\xff' +
    `\0${'long '.repeat(20_000)}\xff\0last\xff`,
)
const mask = (payload: string): string =>
  Array.from(payload, (char, i) => String.fromCharCode(char.charCodeAt(0) ^ (i % 4))).join('')
const masked = (opcode: number, payload: string): Buffer =>
  latin1(String.fromCharCode(opcode, 0x80 | payload.length) + '\0\x01\x02\x03' + mask(payload))
const hybiFrames = Buffer.concat([
  masked(0x81, 'Hello'),
  masked(0x82, '\0\xff'),
  masked(0x89, 'ping'),
  masked(0x01, 'frag'),
  masked(0x80, 'ments'),
  masked(0x88, '\x03\xe8'),
])

describe(`websocket-driver ${versionOf('websocket-driver')} and Tidewire say the same`, () => {
  const closeFrame = latin1('\xff\0')
  const rows: [version: string, head: string, its: string, frames: Buffer, last?: string][] = [
    ['hixie-75', hixie75, hixie75, hixieFrames, 'last\xff'],
    ['hixie-76', hixie76, hixie76, Buffer.concat([hixieFrames, closeFrame])],
    ['7', hybi(7), hybi(13), hybiFrames],
    ['8', hybi(8), hybi(13), hybiFrames],
  ]
  for (const [version, head, its, frames, last] of rows) {
    test(`in version ${version}, byte for byte`, { timeout }, async (t) => {
      const own = await dialogue(await ours(t), head, frames, last)
      const other = await dialogue(await theirs(t), its, frames, last)
      assert.deepEqual(own.fields, other.fields)
      assert.ok(own.behind.length > 20)
      assert.ok(own.behind.equals(other.behind), 'what follows the head differs')
    })
  }
})

/** Writes another version into a client's request. */
function asVersion(version: number): Transform {
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      const isHead = chunk.includes('Sec-WebSocket-Version: 13')
      const head = chunk.toString('latin1').replace('Version: 13', `Version: ${version}`)
      done(null, isHead ? latin1(head) : chunk)
    },
  })
}

for (const version of [7, 8, 13]) {
  test(
    `the client of websocket-driver talks to Tidewire in version ${version}`,
    { timeout },
    async (t) => {
      const port = await ours(t)
      const socket = connectTcp(port, '127.0.0.1')
      t.after(() => socket.destroy())
      const driver = websocketDriver.client(`ws://127.0.0.1:${port}/`)
      const received: (string | Buffer)[] = []
      let code: number | null = null
      let pongs = 0
      driver.on('open', () => {
        driver.text('Grüße')
        driver.binary(Buffer.alloc(70_000, 7))
        driver.ping('ping', () => pongs++)
        driver.text('last')
      })
      driver.on('message', ({ data }) => {
        received.push(data)
        if (data === 'last') driver.close()
      })
      driver.on('close', (event) => (code = event.code))
      socket.pipe(driver.io)
      driver.io.pipe(asVersion(version)).pipe(socket)
      driver.start()
      await once(socket, 'close')
      assert.deepEqual(received, ['Grüße', Buffer.alloc(70_000, 7), 'last'])
      assert.deepEqual([code, pongs], [1000, 1])
    },
  )
}

test(
  'a server of websocket-driver that allows drafts talks 13 to Tidewire',
  { timeout },
  async (t) => {
    const socket = await connect(`ws://127.0.0.1:${await theirs(t)}/`)
    socket.send('Grüße')
    for await (const message of socket) {
      assert.equal(message, 'Grüße')
      break
    }
    await socket.close()
    assert.equal(socket.version, 13)
  },
)

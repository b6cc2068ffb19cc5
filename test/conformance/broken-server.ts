import { createHash } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { BrokenConnection } from './broken-frames.ts'

/** What the server can do wrong, one by one. */
export const faults = [
  'accepts RSV1',
  'accepts RSV2',
  'accepts RSV3',
  'accepts reserved opcodes',
  'accepts unmasked frames',
  'accepts fragmented control frames',
  'accepts long control frames',
  'accepts long length forms',
  'accepts continuations of nothing',
  'accepts messages inside messages',
  'accepts bad close codes',
  'accepts close frames of one byte',
  'skips UTF-8',
  'skips UTF-8 in close reasons',
  'checks UTF-8 in each frame',
  'refuses non-characters',
  'sends no pong',
  'sends empty pongs',
  'answers pongs',
  'fragments control frames',
  'masks its frames',
  'sets RSV3',
  'sends long length forms',
  'loses the mask phase',
  'drops empty messages',
  'echoes text as binary',
  'cuts messages at 64 KiB',
  'wrong close code',
  'closes with 1006',
  'closes twice',
  'answers no close',
  'answers close with 1011',
  'keeps the transport',
  'echoes after close',
  'drops without a close frame',
  'ignores the end of the transport',
  'wrong accept',
  'ignores the method',
  'ignores the HTTP version',
  'ignores a missing Host',
  'ignores a missing key',
  'ignores the version',
  'names no version when it refuses',
  'answers ordinary requests with 101',
  'compares tokens with case',
  'chooses a subprotocol that nobody offered',
  'agrees to an extension that nobody offered',
  'accepts malformed extensions',
  'stops listening after a reset',
] as const

export type Fault = (typeof faults)[number]
export type Faults = ReadonlySet<Fault>

/** A server of a few lines that echoes: right, but for its faults. */
export async function startBroken(
  ...list: readonly Fault[]
): Promise<{ readonly url: URL; close(): void }> {
  const has: Faults = new Set(list)
  const sockets = new Set<Socket>()
  let dead = false
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (dead) return void socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => (dead = has.has('stops listening after a reset')))
    if (!has.has('ignores the end of the transport')) socket.on('end', () => socket.end())
    serve(socket, has)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`ws://127.0.0.1:${port}/`),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

function serve(socket: Socket, has: Faults): void {
  let head = ''
  const connection = new BrokenConnection(socket, has)
  const read = (chunk: Buffer): void => {
    head += chunk.toString('latin1')
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    socket.off('data', read)
    const answer = answerTo(head.slice(0, end), has)
    socket.write(answer)
    if (!answer.startsWith('HTTP/1.1 101')) return void socket.end()
    socket.on('data', (bytes: Buffer) => connection.receive(bytes))
    const rest = Buffer.from(head.slice(end + 4), 'latin1')
    if (rest.length > 0) connection.receive(rest)
  }
  socket.on('data', read)
}

function answerTo(head: string, has: Faults): string {
  const [start = '', ...lines] = head.split('\r\n')
  const all = (name: string): string[] =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
  const [key = ''] = all('sec-websocket-key')
  const fold = (text: string): string =>
    has.has('compares tokens with case') ? text : text.toLowerCase()
  const names = (field: string, token: string, exact: string): boolean =>
    all(field).some((value) =>
      value
        .split(/, */)
        .some((one) => fold(one) === (has.has('compares tokens with case') ? exact : token)),
    )
  const refuse = (status: string, field = ''): string =>
    `HTTP/1.1 ${status}\r\n${field}Content-Length: 0\r\n\r\n`
  if (!start.startsWith('GET ') && !has.has('ignores the method')) return refuse('405 No')
  if (!start.endsWith(' HTTP/1.1') && !has.has('ignores the HTTP version')) return refuse('505 No')
  if (all('host').length !== 1 && !has.has('ignores a missing Host')) return refuse('400 No')
  const upgrade =
    names('upgrade', 'websocket', 'websocket') && names('connection', 'upgrade', 'Upgrade')
  if (!upgrade && !has.has('answers ordinary requests with 101')) return refuse('426 No')
  if (all('sec-websocket-version').join() !== '13' && !has.has('ignores the version')) {
    const field = has.has('names no version when it refuses') ? '' : 'Sec-WebSocket-Version: 13\r\n'
    return refuse('426 No', field)
  }
  const goodKey = /^[A-Za-z0-9+/]{22}==$/.test(all('sec-websocket-key').join())
  if (!goodKey && !has.has('ignores a missing key')) return refuse('400 No')
  const [extensions = 'a'] = all('sec-websocket-extensions')
  const wellFormed = /^[\w-]+(; *[\w-]+(=("[\w-]+"|[\w-]+))?)*(, *[\w-]+(; *[\w-]+(=[\w-]+)?)*)*$/
  if (!wellFormed.test(extensions) && !has.has('accepts malformed extensions'))
    return refuse('400 No')
  if (lines.some((line) => !/^[\w-]+:[^\0\r]*$/.test(line))) return refuse('400 No')
  const salt = has.has('wrong accept') ? '' : '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
  const accept = createHash('sha1')
    .update(key + salt)
    .digest('base64')
  const extra = [
    ...(has.has('chooses a subprotocol that nobody offered') ? ['Sec-WebSocket-Protocol: x'] : []),
    ...(has.has('agrees to an extension that nobody offered')
      ? ['Sec-WebSocket-Extensions: x']
      : []),
  ]
  const fields = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
  return ['HTTP/1.1 101 Switching Protocols', ...fields, ...extra, '', ''].join('\r\n')
}

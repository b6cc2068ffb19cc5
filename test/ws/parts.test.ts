import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { suite, test } from 'node:test'
import * as tidewire from 'tidewire/ws'
import * as originalTypes from 'ws'

type Parts = Pick<
  typeof tidewire,
  'Receiver' | 'Sender' | 'PerMessageDeflate' | 'extension' | 'subprotocol'
>
// @types/ws knows nothing of them.
const original = originalTypes as unknown as Parts
const both: [string, Parts][] = [
  ['ws', original],
  ['tidewire/ws', tidewire],
]

/** What both give for the same steps must be the same. */
function same(name: string, steps: (parts: Parts) => unknown): void {
  void test(name, async () => {
    const [expected, actual] = await Promise.all(both.map(async ([, parts]) => steps(parts)))
    assert.notEqual(expected, undefined)
    assert.deepEqual(actual, expected)
  })
}

/** All that a receiver tells of what is written to it. */
async function heard(
  { Receiver }: Parts,
  options: ConstructorParameters<Parts['Receiver']>[0],
  chunks: Buffer[],
): Promise<unknown[]> {
  const receiver = new Receiver(options)
  const events: unknown[] = []
  for (const event of ['message', 'ping', 'pong', 'conclude', 'finish']) {
    receiver.on(event, (...args: unknown[]) => events.push([event, ...args.map(plain)]))
  }
  receiver.on('error', ({ name, message, code }: NodeJS.ErrnoException) =>
    events.push(['error', name, message, code]),
  )
  const end = new Promise((resolve) => receiver.on('error', resolve).on('finish', resolve))
  for (const chunk of chunks) receiver.write(chunk)
  await end
  return events
}

function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('latin1')
  if (Array.isArray(value)) return value.map(plain)
  return value
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const bye = hex('88 05 03e8 627965')

suite('Receiver', () => {
  same('reads messages, pings and pongs at any split', async (parts) => {
    const bytes = hex('81 03 616263 89 01 70 8a 00 02 01 64 00 00 80 02 6566 82 00')
    const whole = await heard(parts, {}, [Buffer.from(bytes), bye])
    const split = await heard(parts, {}, [...[...bytes].map((byte) => Buffer.of(byte)), bye])
    assert.deepEqual(split, whole)
    return whole
  })
  same('gives fragments as they came', (parts) =>
    heard(parts, { binaryType: 'fragments' }, [hex('02 01 64 00 00 80 02 6566'), bye]),
  )
  same('unmasks as a server', (parts) =>
    heard(parts, { isServer: true }, [hex('81 83 01020304 606060 88 80 00000000')]),
  )
  same('waits with each event for a turn of its own', (parts) =>
    heard(parts, { allowSynchronousEvents: false }, [hex('81 01 61 81 01 62 89 00'), bye]),
  )
  same('says what is wrong', async (parts) => {
    const wrong = ['91 00', 'c1 00', '83 00', '80 00', '09 00', '81 81', '81 01 ff', '88 02 03ed']
    const found = []
    for (const bytes of wrong) found.push(await heard(parts, {}, [hex(bytes)]))
    found.push(await heard(parts, { maxPayload: 2 }, [hex('81 03')]))
    return [...found, await heard(parts, { maxFragments: 1 }, [hex('01 01 61 80 01 62')])]
  })
  same('inflates', (parts) => {
    const { PerMessageDeflate } = parts
    const deflate = new PerMessageDeflate({})
    deflate.accept([{}])
    const extensions = { 'permessage-deflate': deflate }
    return heard(parts, { extensions }, [hex('c1 07 f248cdc9c90700'), bye])
  })
})

async function written(
  parts: Parts,
  act: (sender: InstanceType<Parts['Sender']>) => void,
  frames: number,
): Promise<string> {
  const stream = new PassThrough()
  const chunks: Buffer[] = []
  const sender = new parts.Sender(stream, {}, (mask) => mask.fill(0x11))
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  act(sender)
  while (Buffer.concat(chunks).length < frames) await once(stream, 'data')
  return Buffer.concat(chunks).toString('hex')
}

suite('Sender', () => {
  same('frames what it is given', ({ Sender }) =>
    [
      Sender.frame(Buffer.from('abc'), { opcode: 1, fin: true }),
      Sender.frame(Buffer.alloc(200, 'x'), { opcode: 2, fin: false, rsv1: true }),
      Sender.frame(Buffer.alloc(70_000, 'x'), {
        opcode: 0,
        fin: true,
        mask: true,
        readOnly: true,
        generateMask,
      }),
      Sender.frame(Buffer.from('abc'), {
        opcode: 1,
        fin: true,
        mask: true,
        readOnly: false,
        generateMask,
      }),
      Sender.frame('text', { opcode: 1, fin: true }),
      Sender.frame(Buffer.alloc(0), { opcode: 8, fin: true }),
    ].map((list) => Buffer.concat(list).toString('hex')),
  )
  same('sends messages, fragments and control frames in order', (parts) =>
    written(
      parts,
      (sender) => {
        sender.send('text', { fin: true })
        sender.send(Buffer.from('masked'), { binary: true, fin: true, mask: true })
        sender.send('a', { fin: false })
        sender.ping('between', false)
        sender.send(new Blob(['blob']), { fin: true })
        sender.pong(Buffer.from('pong'), true)
        sender.close(1000, 'bye', false)
      },
      53,
    ),
  )
  same('compresses', async (parts) => {
    const deflate = new parts.PerMessageDeflate({})
    deflate.accept([{}])
    const stream = new PassThrough()
    const sender = new parts.Sender(stream, { 'permessage-deflate': deflate })
    sender.send('hi', { compress: true, fin: true })
    sender.send('after', { fin: true })
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    while (!Buffer.concat(chunks).includes('after')) await once(stream, 'data')
    const [first] = Buffer.concat(chunks)
    return first
  })
})

function generateMask(mask: Buffer): void {
  mask.set([1, 2, 3, 4])
}

suite('PerMessageDeflate', () => {
  const options = [
    {},
    { serverNoContextTakeover: true, clientNoContextTakeover: true },
    { serverMaxWindowBits: 10, clientMaxWindowBits: 11 },
    { clientMaxWindowBits: false },
  ]
  same('offers', ({ PerMessageDeflate }) =>
    options.map((one) => new PerMessageDeflate(one).offer()),
  )
  same('accepts, as a server and as a client', ({ PerMessageDeflate, extension }) => {
    const headers = [
      'p',
      'p; client_max_window_bits',
      'p; client_max_window_bits=9; server_max_window_bits=12',
      'p; server_no_context_takeover; client_no_context_takeover',
      'p; server_max_window_bits=3',
      'p; server_max_window_bits',
      'p; client_no_context_takeover=1',
      'p; unknown',
    ]
    return [true, false].flatMap((isServer) =>
      options.flatMap((one) =>
        headers.map((header) => {
          try {
            const deflate = new PerMessageDeflate({ ...one, isServer })
            return { ...deflate.accept(extension.parse(header)['p']!) }
          } catch (error) {
            return String(error)
          }
        }),
      ),
    )
  })
  same('compresses and inflates, also in parts', async ({ PerMessageDeflate }) => {
    const deflate = new PerMessageDeflate({ isServer: false })
    const inflate = new PerMessageDeflate({ isServer: true })
    deflate.accept([{}])
    inflate.accept([{}])
    const texts: string[] = []
    for (const [first, second] of [
      ['one ', 'two'],
      ['one ', 'two and more'],
    ] as const) {
      const parts = [await compress(deflate, first, false), await compress(deflate, second, true)]
      const [a, b] = [
        await decompress(inflate, parts[0]!, false),
        await decompress(inflate, parts[1]!, true),
      ]
      texts.push(Buffer.concat([a, b]).toString())
    }
    return texts
  })
  same('says what is too large or corrupt', async ({ PerMessageDeflate }) => {
    const found: unknown[] = []
    for (const bytes of ['x'.repeat(1000), undefined]) {
      const deflate = new PerMessageDeflate({ maxPayload: 10, threshold: 0 })
      deflate.accept([{}])
      const data = bytes ? await compress(deflate, bytes, true) : hex('ff ff ff')
      const error = await decompress(deflate, data, true).catch((fault: unknown) => fault)
      const { name, code } = error as NodeJS.ErrnoException
      found.push([name, code])
    }
    return found
  })
})

type Deflate = InstanceType<Parts['PerMessageDeflate']>

function compress(deflate: Deflate, text: string, fin: boolean): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    deflate.compress(text, fin, (error, data) => (error ? reject(error) : resolve(data!))),
  )
}

function decompress(deflate: Deflate, data: Buffer, fin: boolean): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    deflate.decompress(data, fin, (error, text) => (error ? reject(error) : resolve(text!))),
  )
}

suite('extension and subprotocol', () => {
  same('read and write what is well formed', ({ extension, subprotocol }) => [
    JSON.stringify(extension.parse('a, b; c; d=1; d="2", b')),
    extension.format({ a: {}, b: [{ c: true, d: [1, 2] }, { e: 'f' }] }),
    [...subprotocol.parse('a, b ,c')],
  ])
  same('refuse what is not', ({ extension, subprotocol }) => {
    const wrong = [
      () => extension.parse(''),
      () => extension.parse('a; ='),
      () => extension.parse('a b'),
      () => extension.parse('a; b="'),
      () => subprotocol.parse(''),
      () => subprotocol.parse('a, a'),
      () => subprotocol.parse('a b'),
    ]
    return wrong.map((act) => {
      try {
        return act()
      } catch (error) {
        return (error as Error).name
      }
    })
  })
})

/** What Tidewire and every peer send each other on an open connection. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import {
  type Exchange,
  Mailbox,
  type Message,
  type MessageExchange,
  type Pair,
  type Side,
} from './side.ts'

const encoder = new TextEncoder()

/** Around the borders between the three forms of a frame's length, and one that fills many packets. */
const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000]

const delicate = [
  '\u{1F30A} \u{10FFFF} \u{1D11E}',
  'NUL \u0000 in the middle, and at the end \u0000',
  '\u07FF\u0800\uFFFF\u2028\r\n',
]

const withBom = ['\uFEFFa byte order mark is a character here', '\uFEFF', 'also \uFEFF here']

const chunkSize = 65_536
const chunkCount = 320

/** The next message is this one. */
async function arrives(message: Message, at: Side): Promise<void> {
  assert.deepEqual(await at.receive(), message)
}

async function passes(message: Message, from: Side, to: Side): Promise<void> {
  await Promise.all([from.send(message), arrives(message, to)])
}

/** Each message goes both ways at once. */
async function cross({ ours, theirs }: Pair, messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    await Promise.all([passes(message, ours, theirs), passes(message, theirs, ours)])
  }
}

/** All messages go from one side at once. */
async function pipelined(messages: readonly Message[], from: Side, to: Side): Promise<void> {
  const sent = Promise.all(messages.map((message) => from.send(message)))
  const received = messages.map((message) => arrives(message, to))
  await Promise.all([sent, ...received])
}

async function passesInFragments(
  from: Side,
  to: Side,
  parts: readonly (readonly Message[])[],
): Promise<void> {
  for (const message of parts) {
    await Promise.all([from.sendFragments!(message), arrives(whole(message), to)])
  }
}

function whole(parts: readonly Message[]): Message {
  if (typeof parts[0] === 'string') return parts.join('')
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))))
}

const fragmented = [
  ['in ', 'three ', 'parts \u{1F30A}'],
  [Uint8Array.of(1, 2, 3), Uint8Array.of(4), Uint8Array.of(5, 6)],
  ['x'.repeat(70_000), 'y'.repeat(70_000)],
]

/** Sends back what comes until the connection closes. */
async function echo(side: Side): Promise<void> {
  try {
    for (;;) await side.send(await side.receive())
  } catch {
    // The connection has closed: the one who sends says whether anything was missing.
  }
}

/**
 * 20 MiB go there and back. The reader pauses now and then until Tidewire is stuck or all has been
 * sent; unless the peer takes so few at a time that nothing is ever stuck.
 */
async function echoes(
  sender: Side,
  echoer: Side,
  { ours, inFlight = chunkCount }: { ours: Side; inFlight: number | undefined },
): Promise<void> {
  const [sent, received] = [createHash('sha256'), createHash('sha256')]
  const permits = new Mailbox<void>()
  for (let i = 0; i < inFlight; i++) permits.put()
  const echoing = echo(echoer)
  const sending = (async () => {
    for (let i = 0; i < chunkCount; i++) {
      const chunk = new Uint8Array(randomBytes(chunkSize))
      sent.update(chunk)
      await permits.take()
      await sender.send(chunk)
    }
  })()
  // What goes wrong here also shows in what is received.
  sending.catch(() => {})
  for (let i = 0; i < chunkCount; i++) {
    if (i % 64 === 0 && inFlight === chunkCount && sender.pause) {
      sender.pause()
      await Promise.race([sending, ours.blocked?.()])
      sender.resume?.()
    }
    received.update(await sender.receive())
    permits.put()
  }
  await sending
  assert.equal(received.digest('hex'), sent.digest('hex'))
  sender.close(1000)
  await echoing
}

export const messages: Record<MessageExchange, Exchange> = {
  text: {
    title: (theirs, ours) => `${theirs} and ${ours} exchange texts of 0 to 1,000,000 bytes`,
    run: async ({ open }) =>
      cross(
        await open(),
        sizes.map((size) => 'a'.repeat(size)),
      ),
  },
  binary: {
    title: (theirs, ours) => `${theirs} and ${ours} exchange 0 to 1,000,000 bytes of binary`,
    run: async ({ open }) =>
      cross(
        await open(),
        sizes.map((size) => new Uint8Array(randomBytes(size))),
      ),
  },
  unicode: {
    title: (theirs, ours) => `${theirs} and ${ours} keep astral characters, a BOM and NUL`,
    run: async ({ open, peer }) => {
      const { ours, theirs } = await open()
      await cross({ ours, theirs }, delicate)
      for (const text of withBom) {
        await passes(text, theirs, ours)
        await ours.send(text)
        await arrives(peer.dropsBom ? text.replace(/^\uFEFF/, '') : text, theirs)
      }
    },
  },
  order: {
    title: (theirs, ours) => `${theirs} and ${ours} get 100 pipelined messages in order`,
    run: async ({ open }) => {
      const { ours, theirs } = await open()
      const numbered = Array.from({ length: 100 }, (_, i) =>
        i % 3 === 0 ? encoder.encode(`bytes ${i}`) : `text ${i}`,
      )
      await Promise.all([pipelined(numbered, ours, theirs), pipelined(numbered, theirs, ours)])
    },
  },
  fragmentsToPeer: {
    title: (theirs, ours) => `${theirs} reads a message that ${ours} sends in fragments`,
    run: async ({ open }) => {
      const { ours, theirs } = await open()
      await passesInFragments(ours, theirs, [...fragmented, ['', 'after an empty one', '']])
    },
  },
  fragmentsFromPeer: {
    title: (theirs, ours) => `${ours} reads a message that ${theirs} sends in fragments`,
    run: async ({ open }) => {
      const { ours, theirs } = await open()
      await passesInFragments(theirs, ours, fragmented)
    },
  },
  pingToPeer: {
    title: (theirs, ours) => `${theirs} answers a ping of ${ours}`,
    run: async ({ open }) => {
      const { ours } = await open()
      for (const payload of ['', 'ping', 'p'.repeat(125)]) {
        await ours.ping!(encoder.encode(payload))
      }
    },
  },
  pingFromPeer: {
    title: (theirs, ours) => `${ours} answers a ping of ${theirs}`,
    run: async ({ open }) => {
      const { theirs } = await open()
      for (const payload of ['ping', 'p'.repeat(125)]) await theirs.ping!(encoder.encode(payload))
    },
  },
  volume: {
    title: (theirs, ours) => `${theirs} and ${ours} pass 20 MiB through an echo without loss`,
    run: async ({ open, role, peer }) => {
      const { ours, theirs } = await open()
      const how = { ours, inFlight: peer.inFlight?.value }
      await (role === 'client' ? echoes(theirs, ours, how) : echoes(ours, theirs, how))
    },
  },
}

import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  type CloseOutcome,
  connect,
  type Heartbeat,
  type Limits,
  type Message,
  type Socket,
} from '../../dist/node/index.js'
import { calls, served } from '../node/raw-client.ts'
import { PeerProcess } from './peer-process.ts'

const skip = process.platform === 'win32' && 'skipped because Windows has no SIGSTOP'

interface Ends {
  readonly peer: PeerProcess
  readonly socket: Socket
  /** What came to the socket, and how it ended. */
  readonly messages: () => Promise<Message>
  readonly outcomes: () => Promise<CloseOutcome>
}

type Open = (t: TestContext, heartbeat: Heartbeat, limits?: Partial<Limits>) => Promise<Ends>

const roles: Readonly<Record<string, Open>> = {
  /** The peer is a client, which has no heartbeat of its own. */
  async client(t, heartbeat, limits = {}) {
    const opened = calls<Socket>()
    const messages = calls<Message>()
    const outcomes = calls<CloseOutcome>()
    const server = await served(t, {
      heartbeat,
      limits,
      open: (socket) => opened.note(socket),
      message: (_, message) => messages.note(message),
      close: (_, outcome) => outcomes.note(outcome),
    })
    const peer = new PeerProcess(t, { url: server.url.replace('http', 'ws'), heartbeat: false })
    await peer.next('open')
    return { peer, socket: await opened.next(), messages: messages.next, outcomes: outcomes.next }
  },
  async server(t, heartbeat, limits = {}) {
    const messages = calls<Message>()
    const outcomes = calls<CloseOutcome>()
    const peer = new PeerProcess(t, { heartbeat: false })
    const { url } = await peer.next('listening')
    const socket = await connect(url, {
      heartbeat,
      limits,
      message: (_, message) => messages.note(message),
      close: (_, outcome) => outcomes.note(outcome),
    })
    await peer.next('open')
    return { peer, socket, messages: messages.next, outcomes: outcomes.next }
  },
}

for (const [role, open] of Object.entries(roles)) {
  describe(`a ${role} whose process is stopped`, () => {
    test(
      'is kept when it goes on in time, with all that was sent meanwhile',
      { skip },
      async (t) => {
        const { peer, socket, messages } = await open(t, { interval: 100, timeout: 60_000 })
        peer.signal('SIGSTOP')
        socket.send('while you were away')
        const answer = socket.ping()
        // Nothing answers but a process that runs again.
        setTimeout(() => peer.signal('SIGCONT'), 400)
        const { message } = await peer.next('message')
        assert.equal(message, 'while you were away')
        assert.ok((await answer) > 200, `answered after ${await answer} ms`)
        peer.send('still here')
        assert.equal(await messages(), 'still here')
      },
    )

    test(
      'is given up when it takes nothing, though the program has paused',
      { skip },
      async (t) => {
        const heartbeat = { interval: 60_000, timeout: 60_000 }
        const { peer, socket, outcomes } = await open(t, heartbeat, { outputTimeout: 300 })
        socket.pause()
        peer.signal('SIGSTOP')
        // More than the kernels take of it: the window of the peer is zero then.
        while (socket.readyState === 1 && socket.bufferedAmount < 1 << 19) {
          socket.send(new Uint8Array(1 << 16))
          await setImmediate()
        }
        const { code, cause } = await outcomes()
        assert.deepEqual([code, cause.trigger], [1006, 'limit'])
        assert.match(cause.text, /nothing of what waited for the peer was taken for 300 ms/)
      },
    )

    test('is given up when it does not, and learns of it afterwards', { skip }, async (t) => {
      const { peer, outcomes } = await open(t, { interval: 100, timeout: 300 })
      peer.signal('SIGSTOP')
      const { code, cause } = await outcomes()
      assert.deepEqual([code, cause.trigger, cause.pongOwed], [1006, 'heartbeat', true])
      assert.match(cause.text, /^The peer is gone: no answer to a ping within 300 ms\./)
      peer.signal('SIGCONT')
      const seen = await peer.next('closed')
      assert.deepEqual([seen.code, seen.trigger], [1006, 'transport'])
    })
  })
}

import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  type CloseOutcome,
  type Heartbeat,
  type ListeningServer,
  type ServeOptions,
  type ServerSocket,
} from '../../dist/node/index.js'
import { calls, served } from '../node/raw-client.ts'
import { noRemoteMachine, type RemoteMachine, remoteMachine } from './network.ts'
import { PeerProcess } from './peer-process.ts'

interface Scene {
  readonly machine: RemoteMachine
  readonly server: ListeningServer
  readonly peer: PeerProcess
  readonly socket: ServerSocket
  readonly outcome: () => Promise<CloseOutcome>
}

/** A server here and a client on another machine. */
async function scene(
  t: TestContext,
  options: ServeOptions,
  theirs: Heartbeat | false = false,
): Promise<Scene> {
  const machine = remoteMachine(t)
  const sockets = calls<ServerSocket>()
  const outcomes = calls<CloseOutcome>()
  const server = await served(t, {
    hostname: machine.ourAddress,
    open: (socket) => sockets.note(socket),
    close: (_, outcome) => outcomes.note(outcome),
    ...options,
  })
  const url = server.url.replace('http', 'ws')
  const peer = new PeerProcess(t, { url, heartbeat: theirs }, machine.prefix)
  await peer.next('open')
  return { machine, server, peer, socket: await sockets.next(), outcome: outcomes.next }
}

/** Sends more than the kernel takes, and less than the limit on what may wait. */
function pileUp(socket: ServerSocket): void {
  for (let size = 0; size < 5 << 20 && socket.bufferedAmount < 1 << 19; size += 1 << 16) {
    socket.send(new Uint8Array(1 << 16))
  }
  assert.ok(socket.bufferedAmount > 0)
}

/** For each test and not for all of them: what a suite skips is not counted. */
const skip = noRemoteMachine()

describe('a peer that vanishes', { concurrency: true }, () => {
  test('is found by the heartbeat, at both ends', { skip }, async (t) => {
    const heartbeat = { interval: 200, timeout: 600 }
    const { machine, peer, outcome } = await scene(t, { heartbeat }, heartbeat)
    machine.unplug()
    const { code, wasClean, cause } = await outcome()
    assert.deepEqual([code, wasClean, cause.trigger, cause.by], [1006, false, 'heartbeat', 'local'])
    assert.match(
      cause.text,
      /^The peer is gone: no answer to a ping within 600 ms\..* unanswered\.$/,
    )
    const seen = await peer.next('closed')
    assert.deepEqual([seen.code, seen.trigger], [1006, 'heartbeat'])
  })

  test('is kept when it is back in time, and gets what was sent meanwhile', { skip }, async (t) => {
    const { machine, peer, socket } = await scene(t, {
      heartbeat: { interval: 100, timeout: 60_000 },
    })
    machine.unplug()
    socket.send('while you were away')
    const answer = socket.ping()
    setTimeout(() => machine.plugIn(), 500)
    assert.equal((await peer.next('message')).message, 'while you were away')
    assert.ok((await answer) > 250, `answered after ${await answer} ms`)
    assert.equal(socket.readyState, 1)
  })

  test('is found while output for it piles up', { skip }, async (t) => {
    const { machine, socket, outcome } = await scene(t, {
      heartbeat: { interval: 300, timeout: 900 },
    })
    machine.unplug()
    pileUp(socket)
    assert.equal((await outcome()).cause.trigger, 'heartbeat')
  })

  test('is found by that output while the program has paused', { skip }, async (t) => {
    const { machine, socket, outcome } = await scene(t, {
      heartbeat: { interval: 60_000, timeout: 60_000 },
      limits: { outputTimeout: 500 },
    })
    socket.pause()
    machine.unplug()
    pileUp(socket)
    const { code, cause } = await outcome()
    assert.deepEqual([code, cause.trigger], [1006, 'limit'])
  })

  const held: Readonly<Record<string, (scene: Scene) => unknown>> = {
    'the program has paused': ({ socket }) => socket.pause(),
    // Without a `message` handler these wait for a loop that never comes.
    'nobody takes its messages': async ({ peer, server }) => {
      for (let i = 0; i < 40; i++) peer.send('waits')
      while (server.metrics.messages.received < 32) await setImmediate()
    },
  }
  for (const [what, hold] of Object.entries(held)) {
    test(`is found by the keepalive of TCP while ${what}`, { skip }, async (t) => {
      const there = await scene(t, { heartbeat: { interval: 500, timeout: 500 } })
      await hold(there)
      there.machine.unplug()
      const { code, cause } = await there.outcome()
      assert.deepEqual([code, cause.trigger], [1006, 'transport'])
      assert.match(cause.text, /ETIMEDOUT|EHOSTUNREACH/)
    })
  }
})

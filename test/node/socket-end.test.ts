import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket as NetSocket } from 'node:net'
import { describe, test } from 'node:test'
import type { TidewireError } from '../../dist/errors/index.js'
import { connect, type ConnectOptions } from '../../dist/node/connect.js'
import { deferred } from '../../dist/node/deferred.js'
import {
  acceptance,
  closeFrame,
  echoPeer,
  frame,
  fixture,
  opcodes,
  rawPeer,
  rawTlsPeer,
  rejection,
  wsPeer,
} from './peers.ts'

type Context = Parameters<typeof rawPeer>[0]

/** Connects to a server that accepts and then does with its socket what `act` says. */
async function against(
  t: Context,
  act: (peer: NetSocket) => void,
  options: ConnectOptions = {},
): Promise<{ socket: Awaited<ReturnType<typeof connect>>; peer: NetSocket }> {
  const { promise, resolve } = deferred<NetSocket>()
  const url = await rawPeer(t, (peer, request) => {
    peer.write(acceptance(request))
    act(peer)
    resolve(peer)
  })
  return { socket: await connect(url, options), peer: await promise }
}

describe('a connection ends', () => {
  test('when this side closes', async (t) => {
    const seen = deferred<[number, string]>()
    const url = await wsPeer(t, (peer) => {
      peer.on('close', (code, reason) => seen.resolve([code, String(reason)]))
    })
    const socket = await connect(url)
    const outcome = await socket.close(4123, 'enough')
    assert.deepEqual([outcome.code, outcome.reason, outcome.wasClean], [4123, 'enough', true])
    assert.deepEqual(
      [outcome.cause.trigger, outcome.cause.by, outcome.cause.sent?.code],
      ['close-frame', 'local', 4123],
    )
    assert.deepEqual(await seen.promise, [4123, 'enough'])
    assert.equal(await socket.close(1000), outcome)
    assert.equal(await socket.closed, outcome)
  })

  test('when the peer closes, with a code and without', async (t) => {
    for (const [bytes, code, reason] of [
      [closeFrame(4001, 'bye'), 4001, 'bye'],
      [frame(opcodes.close, ''), 1005, ''],
    ] as const) {
      const closes: number[] = []
      const { socket } = await against(t, (peer) => peer.end(bytes), {
        close: (_, outcome) => closes.push(outcome.code),
      })
      const outcome = await socket.closed
      assert.deepEqual([outcome.code, outcome.reason, outcome.wasClean], [code, reason, true])
      assert.deepEqual([outcome.cause.trigger, outcome.cause.by], ['close-frame', 'remote'])
      assert.deepEqual(closes, [code])
    }
  })

  test('when both close at once', async (t) => {
    const { socket, peer } = await against(t, () => {})
    peer.end(closeFrame(4002))
    const outcome = await socket.close(4003)
    assert.deepEqual([outcome.code, outcome.wasClean], [4002, true])
  })

  test('when the peer ends the transport without a close frame', async (t) => {
    const messages: unknown[] = []
    const { socket, peer } = await against(t, (self) => self.end(frame(opcodes.text, 'last')), {
      message: (_, message) => messages.push(message),
    })
    const ended = once(peer.resume(), 'end')
    const { code, wasClean, cause } = await socket.closed
    assert.deepEqual(
      [code, wasClean, cause.trigger, cause.by],
      [1006, false, 'transport', 'remote'],
    )
    assert.equal(cause.error, undefined)
    assert.deepEqual(cause.lastFrame, { opcode: 'text', length: 4 })
    assert.deepEqual(messages, ['last'])
    // We end our side as well.
    await ended
  })

  test('when the peer resets it', async (t) => {
    const { socket } = await against(t, (peer) => {
      peer.once('data', () => peer.resetAndDestroy())
    })
    socket.send('now')
    const { code, wasClean, cause } = await socket.closed
    assert.deepEqual([code, wasClean, cause.trigger], [1006, false, 'transport'])
    assert.equal((cause.error as NodeJS.ErrnoException).code, 'ECONNRESET')
    const error = (await rejection(
      (async () => {
        for await (const _ of socket);
      })(),
    )) as TidewireError
    assert.equal(error.code, 'ERR_CLOSED')
    assert.match(error.message, /The transport failed without a close frame: .*ECONNRESET/)
  })

  test('at any byte of a frame', async (t) => {
    const whole = Buffer.concat([frame(opcodes.text, 'a'), frame(opcodes.binary, 'bcd')])
    for (let at = 0; at <= whole.length; at++) {
      for (const end of ['end', 'resetAndDestroy'] as const) {
        const { socket } = await against(t, (peer) => {
          peer.write(whole.subarray(0, at), () => peer[end]())
        })
        const outcome = await socket.closed
        assert.deepEqual([outcome.code, outcome.wasClean], [1006, false])
      }
    }
  })

  test('after what came before is read, when the program has paused', async (t) => {
    const { socket } = await against(t, (peer) => {
      peer.end(Buffer.concat([frame(opcodes.text, 'last words'), closeFrame(4004)]))
    })
    assert.equal((await socket[Symbol.asyncIterator]().next()).value, 'last words')
    assert.equal((await socket.closed).code, 4004)
  })

  test('with its last messages still to be taken', async (t) => {
    const url = await wsPeer(t, (peer) => {
      peer.send('a')
      peer.send('b')
      peer.close(4005, 'no more')
    })
    const socket = await connect(url)
    await socket.closed
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const message of socket) seen.push(message)
    })()
    const error = (await rejection(reading)) as TidewireError
    assert.deepEqual(seen, ['a', 'b'])
    assert.equal(error.code, 'ERR_CLOSED')
    assert.match(error.message, /The peer closed the connection with 4005/)
  })

  test('when the peer breaks the protocol', async (t) => {
    const received: Buffer[] = []
    const { socket } = await against(t, (peer) => {
      peer.on('data', (chunk: Buffer) => received.push(chunk))
      peer.on('end', () => peer.end())
      peer.write(Buffer.of(0x83, 0))
    })
    const { code, wasClean, cause } = await socket.closed
    assert.deepEqual([code, wasClean, cause.trigger], [1002, false, 'protocol-error'])
    assert.equal((cause.error as TidewireError).code, 'ERR_FRAME_OPCODE')
    assert.equal(Buffer.concat(received)[0], 0x88)
  })

  test('when the peer does not answer a close', async (t) => {
    const limits = { closeTimeout: 30 }
    const { socket } = await against(t, () => {}, { limits })
    const { code, wasClean, cause } = await socket.close()
    assert.deepEqual(
      [code, wasClean, cause.trigger, cause.by],
      [1006, false, 'close-frame', 'local'],
    )
    assert.match(cause.text, /closed the connection with 1000, and got no close frame in return/)
  })

  test('when the peer answers a close and leaves the transport open', async (t) => {
    const { socket } = await against(
      t,
      (peer) => peer.once('data', () => peer.write(closeFrame(1000))),
      { limits: { closeTimeout: 300 } },
    )
    const { code, wasClean } = await socket.close()
    assert.deepEqual([code, wasClean], [1000, true])
  })

  test('when a frame stands unfinished', async (t) => {
    const { socket } = await against(t, (peer) => peer.write(Buffer.of(0x81, 5, 65)), {
      limits: { frameTimeout: 30, closeTimeout: 30 },
    })
    const { cause } = await socket.closed
    assert.equal(cause.trigger, 'limit')
    assert.equal((cause.error as TidewireError).code, 'ERR_LIMIT_FRAME_TIMEOUT')
  })

  test('when a message is over the limit', async (t) => {
    const { socket } = await against(t, (peer) => peer.write(frame(opcodes.binary, 'abcdef')), {
      limits: { message: 5, closeTimeout: 30 },
    })
    assert.equal((await socket.closed).code, 1009)
  })

  test('at once, when the program terminates it', async (t) => {
    const { socket, peer } = await against(t, () => {})
    const gone = once(peer, 'close')
    peer.resume()
    peer.on('end', () => peer.end())
    socket.terminate()
    socket.terminate()
    const { code, wasClean, cause } = await socket.closed
    assert.deepEqual([code, wasClean, cause.trigger, cause.by], [1006, false, 'terminate', 'local'])
    await gone
  })

  test('when a handler throws or rejects, and no other does', async (t) => {
    const url = await echoPeer(t)
    for (const message of [
      () => {
        throw new Error('broken')
      },
      () => Promise.reject(new Error('broken')),
    ]) {
      const errors: unknown[] = []
      const bystander = await connect(url)
      const socket = await connect(url, { message, error: (_, error) => errors.push(error) })
      socket.send('x')
      assert.equal((await socket.closed).code, 1011)
      assert.match(String(errors), /broken/)
      assert.equal(bystander.readyState, 1)
      await bystander.close()
    }
  })

  test('when it is disposed of', async (t) => {
    const socket = await connect(await echoPeer(t))
    await socket[Symbol.asyncDispose]()
    assert.deepEqual([socket.readyState, (await socket.closed).code], [3, 1000])
  })

  test('over TLS, from either side and by a reset', async (t) => {
    const url = await rawTlsPeer(t, (peer, request) => {
      peer.write(acceptance(request))
      const [, what] = request.split(' ', 2)
      if (what === '/close') peer.end(closeFrame(4006))
      if (what === '/end') peer.end()
      if (what === '/destroy') peer.destroy()
      if (what === '/answer') peer.once('data', () => peer.end(closeFrame(4007)))
    })
    const tls = { ca: fixture('localhost.cert.pem') }
    for (const [path, code] of [
      ['/close', 4006],
      ['/end', 1006],
      ['/destroy', 1006],
    ] as const) {
      const socket = await connect(url + path, { tls })
      assert.equal((await socket.closed).code, code)
    }
    const socket = await connect(`${url}/answer`, { tls })
    assert.deepEqual((await socket.close(4008)).code, 4007)
  })
})

describe('pings', () => {
  test('measure the round trip', async (t) => {
    const socket = await connect(await echoPeer(t))
    assert.equal(socket.rtt, undefined)
    const [first, second] = await Promise.all([socket.ping(), socket.ping(Uint8Array.of(1))])
    assert.ok(first >= 0 && second >= 0)
    assert.equal(socket.rtt, second)
    assert.throws(() => socket.ping(new Uint8Array(126)), { code: 'ERR_PING_PAYLOAD' })
    await socket.close()
    assert.throws(() => socket.ping(), { code: 'ERR_NOT_OPEN' })
  })

  test('that are not answered fail when the connection closes', async (t) => {
    const { socket } = await against(t, () => {}, { limits: { closeTimeout: 30 } })
    void socket.ping()
    const waiting = rejection(socket.ping())
    const { cause } = await socket.close()
    assert.equal(cause.pongOwed, true)
    assert.equal(((await waiting) as TidewireError).code, 'ERR_CLOSED')
  })

  test('find a peer that is gone', async (t) => {
    const { socket } = await against(t, () => {}, { heartbeat: { interval: 20, timeout: 20 } })
    const { code, wasClean, cause } = await socket.closed
    assert.deepEqual([code, wasClean, cause.trigger], [1006, false, 'heartbeat'])
    assert.equal((cause.error as TidewireError).code, 'ERR_HEARTBEAT')
    assert.equal(cause.pongOwed, true)
  })

  test('keep a silent peer that answers', async (t) => {
    let pings = 0
    const three = deferred<void>()
    const url = await wsPeer(t, (peer) => {
      peer.on('ping', () => {
        if (++pings === 3) three.resolve()
      })
    })
    const socket = await connect(url, { heartbeat: { interval: 10, timeout: 5000 } })
    await three.promise
    assert.equal(socket.readyState, 1)
    assert.equal((await socket.close()).wasClean, true)
  })

  test('are answered, and are not sent without a heartbeat', async (t) => {
    const payloads: string[] = []
    const url = await wsPeer(t, (peer) => {
      peer.on('pong', (payload) => {
        payloads.push(String(payload))
        peer.close()
      })
      peer.ping('are you there?')
    })
    const socket = await connect(url, { heartbeat: false })
    assert.equal((await socket.closed).code, 1005)
    assert.deepEqual(payloads, ['are you there?'])
  })

  test('do not count while the program has paused', async (t) => {
    const heartbeat = { interval: 10, timeout: 10 }
    const paused = await against(t, () => {}, { heartbeat, message() {} })
    paused.socket.pause()
    // Another one to the same kind of peer tells that the time is up.
    const other = await against(t, () => {}, { heartbeat })
    assert.equal((await other.socket.closed).cause.trigger, 'heartbeat')
    assert.equal(paused.socket.readyState, 1)
    paused.socket.resume()
    assert.equal((await paused.socket.closed).cause.trigger, 'heartbeat')
  })
})

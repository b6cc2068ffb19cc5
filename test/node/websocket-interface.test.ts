import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CloseEvent } from '../../dist/node/close-event.js'
import { WebSocketError } from '../../dist/node/websocket-error.js'
import { WebSocketStream } from '../../dist/node/websocket-stream.js'
import { WebSocket } from '../../dist/node/websocket.js'
import { rawPeer } from './peers.ts'

// What Web IDL makes of the standard's interfaces (https://webidl.spec.whatwg.org/#js-platform-objects).

type Class = new (...values: never[]) => object

function descriptorOf(prototype: object, name: string): PropertyDescriptor {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
  assert.ok(descriptor, `has no ${name} of its own`)
  return descriptor
}

/** Calls a constructor or method as JavaScript can, whatever its types say. */
function call(target: unknown, self: unknown, ...values: unknown[]): unknown {
  return Reflect.apply(target as () => unknown, self, values)
}

function invoke(target: object, method: string, ...values: unknown[]): unknown {
  return call(Reflect.get(target, method), target, ...values)
}

const interfaces: [Class, attributes: string[], settable: string[], methods: [string, number][]][] =
  [
    [
      WebSocket,
      ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol'],
      ['binaryType', 'onopen', 'onerror', 'onclose', 'onmessage'],
      [
        ['close', 0],
        ['send', 1],
      ],
    ],
    [CloseEvent, ['wasClean', 'code', 'reason'], [], []],
    [WebSocketStream, ['url', 'opened', 'closed'], [], [['close', 0]]],
    [WebSocketError, ['closeCode', 'reason'], [], []],
  ]

for (const [constructor, attributes, settable, methods] of interfaces) {
  const { name } = constructor
  const prototype = constructor.prototype as object

  describe(`the interface ${name}`, () => {
    test('has to have its arguments, and no call without new', () => {
      const needed = constructor === WebSocketError ? 0 : 1
      assert.equal(constructor.length, needed)
      if (needed > 0) assert.throws(() => Reflect.construct(constructor, []), TypeError)
      assert.throws(() => call(constructor, undefined, 'ws://127.0.0.1'), TypeError)
    })

    test('has a tag that only can be configured', () => {
      assert.deepEqual(Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag), {
        value: name,
        writable: false,
        enumerable: false,
        configurable: true,
      })
    })

    for (const attribute of [...attributes, ...settable]) {
      test(`has the attribute ${attribute} on its prototype`, () => {
        const found = descriptorOf(prototype, attribute)
        assert.deepEqual([found.enumerable, found.configurable], [true, true])
        assert.deepEqual([found.get?.name, found.get?.length], [`get ${attribute}`, 0])
        assert.equal(found.set?.name, settable.includes(attribute) ? `set ${attribute}` : undefined)
        for (const alien of [prototype, {}, undefined]) {
          assert.throws(() => call(Reflect.get(found, 'get'), alien), TypeError)
          if (!found.set) continue
          assert.throws(() => call(Reflect.get(found, 'set'), alien, null), TypeError)
        }
      })
    }

    for (const [method, length] of methods) {
      test(`has the method ${method} on its prototype`, () => {
        const { value, enumerable, configurable, writable } = descriptorOf(prototype, method)
        assert.deepEqual([enumerable, configurable, writable], [true, true, true])
        assert.deepEqual([(value as Class).name, (value as Class).length], [method, length])
        assert.throws(() => call(value, {}, 'x'), TypeError)
      })
    }
  })
}

describe('a WebSocket', () => {
  for (const [name, value] of [
    ['CONNECTING', 0],
    ['OPEN', 1],
    ['CLOSING', 2],
    ['CLOSED', 3],
  ] as const) {
    test(`has the constant ${name} that nothing changes`, () => {
      for (const holder of [WebSocket, WebSocket.prototype]) {
        assert.deepEqual(Object.getOwnPropertyDescriptor(holder, name), {
          value,
          writable: false,
          enumerable: true,
          configurable: false,
        })
      }
    })
  }

  test('has nothing of its own, and all members in for-in', async (t) => {
    const socket = new WebSocket(await rawPeer(t, (peer) => peer.end()))
    assert.deepEqual(Object.getOwnPropertyNames(socket), [])
    const members = []
    for (const member in socket) members.push(member)
    for (const member of ['url', 'onmessage', 'send', 'OPEN', 'addEventListener']) {
      assert.ok(members.includes(member), member)
    }
    assert.equal(Object.prototype.toString.call(socket), '[object WebSocket]')
    assert.equal(Object.getPrototypeOf(WebSocket), EventTarget)
    socket.close()
  })

  test('counts arguments and looks at its type before its state', async (t) => {
    const socket = new WebSocket(await rawPeer(t, (peer) => peer.end()))
    assert.throws(() => invoke(socket, 'send'), TypeError)
    assert.throws(() => invoke(socket, 'send', Symbol('x')), TypeError)
    assert.throws(() => invoke(socket, 'send', new Uint8Array(new SharedArrayBuffer(1))), TypeError)
    assert.throws(
      () => invoke(socket, 'close', 1000, Symbol('x')),
      (error) => error instanceof TypeError,
    )
    assert.throws(() => invoke(socket, 'close', 1000n), TypeError)
    socket.close()
  })

  test('takes a stray argument, and no symbol', async (t) => {
    const url = await rawPeer(t, (peer) => peer.end())
    const socket = Reflect.construct(WebSocket, [url, 'echo', 'stray']) as WebSocket
    socket.close()
    assert.throws(() => Reflect.construct(WebSocket, [Symbol('x')]), TypeError)
    assert.throws(() => Reflect.construct(WebSocket, [url, Symbol('x')]), TypeError)
  })
})

describe('a CloseEvent', () => {
  test('has the defaults of the standard', () => {
    const event = new CloseEvent('close')
    assert.ok(event instanceof Event)
    assert.deepEqual([event.type, event.bubbles, event.cancelable], ['close', false, false])
    assert.deepEqual(
      [event.code, event.reason, event.wasClean, event.cause],
      [0, '', false, undefined],
    )
  })

  test('converts what it is made of', () => {
    const init = { code: 65_537.9, reason: '\ud800', wasClean: 'yes', cancelable: true }
    const event = Reflect.construct(CloseEvent, ['x', init]) as CloseEvent
    assert.deepEqual(
      [event.code, event.reason, event.wasClean, event.cancelable],
      [1, '\ufffd', true, true],
    )
    assert.equal((Reflect.construct(CloseEvent, ['x', null]) as CloseEvent).code, 0)
    assert.throws(() => Reflect.construct(CloseEvent, ['x', 5]), TypeError)
  })

  test('cannot be changed', () => {
    const event = new CloseEvent('close', { code: 1000 })
    assert.throws(() => Object.assign(event, { code: 5 }), TypeError)
    assert.equal(event.code, 1000)
  })
})

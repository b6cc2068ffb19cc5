import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generate, type Packet } from 'mqtt-packet'
import { decoded, message } from './samples.ts'

const connect = (protocolVersion: 4 | 5): Buffer =>
  generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion, clientId: 'sensor', clean: true })

/** A packet as mqtt-packet writes it, read after a CONNECT of its version. */
function read(packet: Packet, version: 4 | 5 = 4): object {
  // As in a browser: a Buffer's parts are Buffers too.
  const bytes = Uint8Array.from(generate(packet, { protocolVersion: version }))
  const found = decoded(message(bytes, { protocol: 'mqtt', first: connect(version) }))
  assert.equal(found?.name, 'MQTT')
  return found.value as object
}

test('reads a CONNECT with a will, a name and a password', () => {
  const packet: Packet = {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId: 'sensor',
    clean: true,
    keepalive: 30,
    username: 'ada',
    password: Buffer.from('pw'),
    will: { topic: 'gone', payload: Buffer.from('bye'), qos: 1, retain: true },
  }
  assert.deepEqual(read(packet), {
    packet: 'CONNECT',
    protocol: 'MQTT',
    version: 4,
    clean: true,
    keepAlive: 30,
    clientId: 'sensor',
    will: { qos: 1, retain: true, topic: 'gone', payload: 'bye' },
    username: 'ada',
    password: new Uint8Array(Buffer.from('pw')),
  })
})

const publish: Packet = {
  cmd: 'publish',
  topic: 'room/temperature',
  payload: Buffer.from('{"celsius":21.5}'),
  qos: 1,
  messageId: 7,
  dup: false,
  retain: true,
}
const published = {
  packet: 'PUBLISH',
  topic: 'room/temperature',
  qos: 1,
  retain: true,
  duplicate: false,
  packetId: 7,
}

test('reads a PUBLISH of both versions, with the properties of the newer', () => {
  assert.deepEqual(read(publish), { ...published, payload: { celsius: 21.5 } })
  const properties = {
    contentType: 'application/json',
    messageExpiryInterval: 60,
    topicAlias: 3,
    userProperties: { a: ['1', '2'] },
  }
  assert.deepEqual(read({ ...publish, properties }, 5), {
    ...published,
    properties: {
      messageExpiryInterval: 60,
      contentType: 'application/json',
      topicAlias: 3,
      userProperty: ['a: 1', 'a: 2'],
    },
    payload: { celsius: 21.5 },
  })
})

const others: ReadonlyArray<readonly [Packet, object]> = [
  [
    { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/#', qos: 1 }] },
    { packet: 'SUBSCRIBE', packetId: 1, subscriptions: [{ topic: 'a/#', options: 1 }] },
  ],
  [
    { cmd: 'suback', messageId: 1, granted: [1, 128] },
    { packet: 'SUBACK', packetId: 1, reasonCodes: [1, 128] },
  ],
  [
    { cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a', 'b'] },
    { packet: 'UNSUBSCRIBE', packetId: 2, topics: ['a', 'b'] },
  ],
  [
    { cmd: 'puback', messageId: 9 },
    { packet: 'PUBACK', packetId: 9 },
  ],
  [
    { cmd: 'connack', returnCode: 0, sessionPresent: true },
    { packet: 'CONNACK', sessionPresent: true, reasonCode: 0 },
  ],
  [{ cmd: 'pingreq' }, { packet: 'PINGREQ' }],
  [{ cmd: 'disconnect' }, { packet: 'DISCONNECT' }],
]

for (const [packet, value] of others) {
  test(`reads a ${packet.cmd}`, () => assert.deepEqual(read(packet), value))
}

test('packets that came in one message are a list', () => {
  const both = Buffer.concat([generate({ cmd: 'pingreq' }), generate(publish)])
  const found = decoded(message(both, { protocol: 'mqtt' }))
  assert.equal(found?.summary, 'PINGREQ; PUBLISH room/temperature, QoS 1')
})

test('without the subprotocol, the CONNECT is what tells', () => {
  assert.equal(decoded(message(generate(publish))), undefined)
  assert.equal(decoded(message(generate(publish), { first: connect(4) }))?.name, 'MQTT')
})

test('a packet that is cut short, or too long for its length, is none', () => {
  const bytes = generate(publish)
  assert.equal(decoded(message(bytes.subarray(0, -1), { protocol: 'mqtt' })), undefined)
  assert.equal(decoded(message(Uint8Array.of(0xc0, 1, 0), { protocol: 'mqtt' })), undefined)
})

import { ByteReader } from './byte-reader.ts'
import type { Decoder, DecoderInput } from './decoder.ts'
import { jsonOrText } from './json.ts'
import { mqttBinary, mqttProperties, mqttString, variableInteger } from './mqtt-properties.ts'

/** MQTT 5.0 §2.1.2: the four bits a packet begins with. */
const packets = [
  '',
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
  'AUTH',
]

interface Packet {
  readonly packet: string
  readonly packetId?: number
  readonly [field: string]: unknown
}

type ReadBody = (reader: ByteReader, version: number, flags: number) => Record<string, unknown>

const bodies: Readonly<Record<string, ReadBody>> = {
  CONNECT: connect,
  CONNACK: (reader, version) => ({
    sessionPresent: (reader.u8() & 1) === 1,
    reasonCode: reader.u8(),
    ...propertiesOf(reader, version),
  }),
  PUBLISH: publish,
  PUBACK: acknowledgement,
  PUBREC: acknowledgement,
  PUBREL: acknowledgement,
  PUBCOMP: acknowledgement,
  SUBSCRIBE: (reader, version) => ({
    packetId: reader.u16(),
    ...propertiesOf(reader, version),
    subscriptions: every(reader, () => ({ topic: mqttString(reader), options: reader.u8() })),
  }),
  SUBACK: reasons,
  UNSUBSCRIBE: (reader, version) => ({
    packetId: reader.u16(),
    ...propertiesOf(reader, version),
    topics: every(reader, () => mqttString(reader)),
  }),
  UNSUBACK: reasons,
  PINGREQ: () => ({}),
  PINGRESP: () => ({}),
  DISCONNECT: reasonAndProperties,
  AUTH: reasonAndProperties,
}

/** MQTT 5.0, 3.1.1 and 3.1. Packets need not be aligned with messages (§6); here they are taken so. */
export const mqtt: Decoder = {
  name: 'MQTT',
  decode(input) {
    if (input.text !== undefined || !speaksMqtt(input)) return undefined
    const version = versionIn(input.first) ?? 4
    const found: Packet[] = []
    const reader = new ByteReader(input.bytes)
    while (reader.left > 0) found.push(packetAt(reader, version))
    const [first] = found
    if (!first) return undefined
    return { summary: found.map(words).join('; '), value: found.length === 1 ? first : found }
  },
}

function speaksMqtt({ protocol, first }: DecoderInput): boolean {
  return protocol === undefined ? versionIn(first) !== undefined : /^mqtt/i.test(protocol)
}

/** The protocol version in a CONNECT packet (§3.1.2.2), the one place that tells it. */
function versionIn(first: Uint8Array | undefined): number | undefined {
  if (first?.[0] !== 0x10) return undefined
  const reader = new ByteReader(first.subarray(1))
  try {
    variableInteger(reader)
    return /^MQ(?:TT|Isdp)$/.test(mqttString(reader)) ? reader.u8() : undefined
  } catch {
    return undefined
  }
}

function packetAt(reader: ByteReader, version: number): Packet {
  const start = reader.u8()
  const packet = packets[start >> 4] ?? ''
  const body = new ByteReader(reader.take(variableInteger(reader)))
  const read = bodies[packet]
  if (!read) throw new RangeError('expected a type of packet from 1 to 15')
  const fields = read(body, version, start & 0x0f)
  if (body.left > 0) throw new RangeError(`${body.left} bytes are left over in a ${packet}`)
  return { packet, ...fields }
}

function words({ packet, topic, qos, clientId, packetId }: Packet): string {
  if (packet === 'PUBLISH') return `PUBLISH ${String(topic)}, QoS ${String(qos)}`
  if (packet === 'CONNECT') return `CONNECT as ${JSON.stringify(clientId)}`
  return packetId === undefined ? packet : `${packet} ${packetId}`
}

/** §3.1 */
function connect(reader: ByteReader): Record<string, unknown> {
  const protocol = mqttString(reader)
  const version = reader.u8()
  const flags = reader.u8()
  return {
    protocol,
    version,
    clean: (flags & 0x02) !== 0,
    keepAlive: reader.u16(),
    ...propertiesOf(reader, version),
    clientId: mqttString(reader),
    ...(flags & 0x04 && {
      will: {
        qos: (flags >> 3) & 3,
        retain: (flags & 0x20) !== 0,
        ...propertiesOf(reader, version),
        topic: mqttString(reader),
        payload: readable(mqttBinary(reader)),
      },
    }),
    ...(flags & 0x80 && { username: mqttString(reader) }),
    ...(flags & 0x40 && { password: mqttBinary(reader) }),
  }
}

/** §3.3 */
function publish(reader: ByteReader, version: number, flags: number): Record<string, unknown> {
  const qos = (flags >> 1) & 3
  return {
    topic: mqttString(reader),
    qos,
    retain: (flags & 1) === 1,
    duplicate: (flags & 8) === 8,
    ...(qos > 0 && { packetId: reader.u16() }),
    ...propertiesOf(reader, version),
    payload: readable(reader.rest()),
  }
}

/** §3.4 to §3.7: a reason code that is 0 may be left out, with what follows it. */
function acknowledgement(reader: ByteReader, version: number): Record<string, unknown> {
  return { packetId: reader.u16(), ...reasonAndProperties(reader, version) }
}

/** §3.14, §3.15 */
function reasonAndProperties(reader: ByteReader, version: number): Record<string, unknown> {
  return {
    ...(reader.left > 0 && { reasonCode: reader.u8() }),
    ...(reader.left > 0 && propertiesOf(reader, version)),
  }
}

/** §3.9, §3.11 */
function reasons(reader: ByteReader, version: number): Record<string, unknown> {
  return {
    packetId: reader.u16(),
    ...propertiesOf(reader, version),
    reasonCodes: [...reader.rest()],
  }
}

/** Only MQTT 5 has properties. */
function propertiesOf(reader: ByteReader, version: number): Record<string, unknown> {
  if (version < 5) return {}
  const properties = mqttProperties(reader)
  return Object.keys(properties).length > 0 ? { properties } : {}
}

function every<T>(reader: ByteReader, read: () => T): T[] {
  const items: T[] = []
  while (reader.left > 0) items.push(read())
  return items
}

/** What is UTF-8 is most likely meant to be read. */
function readable(bytes: Uint8Array): unknown {
  try {
    return jsonOrText(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return bytes
  }
}

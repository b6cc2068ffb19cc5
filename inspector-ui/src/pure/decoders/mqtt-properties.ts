import { ByteReader } from './byte-reader.ts'

type Read = (reader: ByteReader) => unknown

const u8: Read = (reader) => reader.u8()
const u16: Read = (reader) => reader.u16()
const u32: Read = (reader) => reader.u32()

/** MQTT 5.0 §2.2.2.2, with the names that the specification gives them. */
const properties: ReadonlyMap<number, readonly [name: string, read: Read]> = new Map([
  [1, ['payloadFormatIndicator', u8]],
  [2, ['messageExpiryInterval', u32]],
  [3, ['contentType', mqttString]],
  [8, ['responseTopic', mqttString]],
  [9, ['correlationData', mqttBinary]],
  [11, ['subscriptionIdentifier', variableInteger]],
  [17, ['sessionExpiryInterval', u32]],
  [18, ['assignedClientIdentifier', mqttString]],
  [19, ['serverKeepAlive', u16]],
  [21, ['authenticationMethod', mqttString]],
  [22, ['authenticationData', mqttBinary]],
  [23, ['requestProblemInformation', u8]],
  [24, ['willDelayInterval', u32]],
  [25, ['requestResponseInformation', u8]],
  [26, ['responseInformation', mqttString]],
  [28, ['serverReference', mqttString]],
  [31, ['reasonString', mqttString]],
  [33, ['receiveMaximum', u16]],
  [34, ['topicAliasMaximum', u16]],
  [35, ['topicAlias', u16]],
  [36, ['maximumQoS', u8]],
  [37, ['retainAvailable', u8]],
  [38, ['userProperty', (reader) => `${mqttString(reader)}: ${mqttString(reader)}`]],
  [39, ['maximumPacketSize', u32]],
  [40, ['wildcardSubscriptionAvailable', u8]],
  [41, ['subscriptionIdentifierAvailable', u8]],
  [42, ['sharedSubscriptionAvailable', u8]],
])

/** The properties of a packet by name; what comes more than once is a list. */
export function mqttProperties(packet: ByteReader): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  const reader = new ByteReader(packet.take(variableInteger(packet)))
  while (reader.left > 0) {
    const property = properties.get(variableInteger(reader))
    if (!property) throw new RangeError('expected a property that MQTT 5.0 knows')
    const [name, read] = property
    const value = read(reader)
    const before = found[name]
    if (before === undefined) found[name] = value
    else found[name] = Array.isArray(before) ? [...before, value] : [before, value]
  }
  return found
}

/** §1.5.5: seven bits a byte, the lowest first, four bytes at most. */
export function variableInteger(reader: ByteReader): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.u8()
    value += (byte & 0x7f) << shift
    if (byte < 0x80) return value
  }
  throw new RangeError('a variable byte integer has at most four bytes')
}

/** §1.5.4 */
export function mqttString(reader: ByteReader): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(mqttBinary(reader))
}

/** §1.5.6 */
export function mqttBinary(reader: ByteReader): Uint8Array {
  return reader.take(reader.u16())
}

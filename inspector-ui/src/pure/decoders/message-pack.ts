import { decode } from '@msgpack/msgpack'
import type { Decoder } from './decoder.ts'
import { valueWords } from '../value-tree.ts'
import { jsonSummary } from './json.ts'

export const messagePack: Decoder = {
  name: 'MessagePack',
  decode({ bytes, text, protocol }) {
    if (text !== undefined || bytes.length === 0) return undefined
    // Throws where bytes are left over, which is what tells MessagePack from other binary.
    const value = decode(bytes, { useBigInt64: true })
    const compound = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
    // Any byte below 0x80 is a number to MessagePack, so a scalar alone is no evidence.
    if (!compound && !/msgpack|messagepack/i.test(protocol ?? '')) return undefined
    return { summary: compound ? jsonSummary(value) : valueWords(value), value }
  },
}

import type { Decoder } from './decoder.ts'
import { isRecord, jsonOrText, parsedJson } from './json.ts'

/**
 * The protocol of Pusher Channels, also spoken by Laravel Reverb and soketi
 * (https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol/).
 */
export const pusher: Decoder = {
  name: 'Pusher',
  decode({ text, path }) {
    const value = text === undefined ? undefined : parsedJson(text)
    if (!isRecord(value)) return undefined
    const { event, channel, data } = value
    if (typeof event !== 'string') return undefined
    if (!/^pusher(?:_internal)?:/.test(event) && !/\/app\/[^/?]+\?.*\bprotocol=/.test(path)) {
      return undefined
    }
    // Most of them send the data as JSON once more, in a string.
    const inner = typeof data === 'string' ? jsonOrText(data) : data
    const where = typeof channel === 'string' ? ` on ${channel}` : ''
    return { summary: `${event}${where}`, value: { ...value, data: inner } }
  },
}

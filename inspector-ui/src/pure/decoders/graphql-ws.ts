import type { Decoder } from './decoder.ts'
import { isRecord, parsedJson } from './json.ts'

/** https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
const types = new Set([
  'connection_init',
  'connection_ack',
  'ping',
  'pong',
  'subscribe',
  'next',
  'error',
  'complete',
])

/** Those of the older subscriptions-transport-ws, whose subprotocol was called `graphql-ws`. */
const legacyTypes = new Set([
  'connection_init',
  'connection_ack',
  'connection_error',
  'connection_terminate',
  'ka',
  'start',
  'stop',
  'data',
  'error',
  'complete',
])

/** What the two subprotocols allow. */
const allowed: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['graphql-transport-ws', types],
  ['graphql-ws', legacyTypes],
])

export const graphqlWs: Decoder = {
  name: 'graphql-ws',
  decode({ text, protocol = '' }) {
    const known = allowed.get(protocol)
    if (!known || text === undefined) return undefined
    const value = parsedJson(text)
    if (!isRecord(value) || typeof value['type'] !== 'string' || !known.has(value['type'])) {
      return undefined
    }
    const { type, id, payload } = value
    const operation = isRecord(payload) ? operationOf(payload) : ''
    return { summary: `${type}${typeof id === 'string' ? ` ${id}` : ''}${operation}`, value }
  },
}

/** Its name; or the first line of a query that has none. */
function operationOf({ operationName, query }: Readonly<Record<string, unknown>>): string {
  if (typeof operationName === 'string' && operationName !== '') return `: ${operationName}`
  if (typeof query !== 'string') return ''
  return `: ${query.slice(0, 200).replace(/\s+/g, ' ').trim().slice(0, 80)}`
}

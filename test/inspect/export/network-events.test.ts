import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import {
  closedEvents,
  frameEvents,
  type NetworkEvent,
  openedEvents,
} from '../../../dist/inspect/export/network-events.js'
import { Recording } from '../../../dist/inspect/index.js'
import { facts, frame, key, text } from '../recording/frames.ts'
import { ports, recorded } from './recorded.ts'

interface Property {
  readonly name: string
  readonly optional?: boolean
  readonly type?: string
  readonly $ref?: string
}

interface Domain {
  readonly domain: string
  readonly events: readonly { readonly name: string; readonly parameters: readonly Property[] }[]
  readonly types: readonly {
    readonly id: string
    readonly type: string
    readonly properties?: readonly Property[]
  }[]
}

// The protocol as Chrome publishes it, which puppeteer-core brings.
const file = new URL(
  '../../../node_modules/devtools-protocol/json/browser_protocol.json',
  import.meta.url,
)
const { domains } = JSON.parse(readFileSync(file, 'utf8')) as { domains: readonly Domain[] }
const network = domains.find(({ domain }) => domain === 'Network')!

/** Fails unless `value` has what the protocol says, and nothing else. */
function fits(value: Readonly<Record<string, unknown>>, properties: readonly Property[]): void {
  const known = properties.map(({ name }) => name)
  assert.deepEqual(
    Object.keys(value).filter((name) => !known.includes(name)),
    [],
  )
  for (const { name, optional, type, $ref } of properties) {
    const own = value[name]
    if (own === undefined && optional) continue
    const referred = network.types.find(({ id }) => id === $ref)
    const wanted = type ?? referred?.type
    const is = wanted === 'integer' ? 'number' : wanted
    assert.equal(typeof own, is, `${name} is ${JSON.stringify(own)}`)
    if (wanted === 'integer') assert.ok(Number.isInteger(own))
    if (referred?.properties) fits(own as Record<string, unknown>, referred.properties)
  }
}

function allOf(recording: Recording): NetworkEvent[] {
  const connections = [...recording.connections]
  return [
    ...connections.flatMap(openedEvents),
    ...[...recording.frames].flatMap((one) => frameEvents(one, ports)),
    ...connections.flatMap(closedEvents),
  ]
}

suite('as events of DevTools', () => {
  test('a recording has the fields that the protocol has', () => {
    const events = allOf(recorded())
    for (const { method, params } of events) {
      const known = network.events.find(({ name }) => `Network.${name}` === method)
      assert.ok(known, `there is an event ${method}`)
      fits(params, known.parameters)
    }
    const methods = new Set(events.map(({ method }) => method.replace('Network.webSocket', '')))
    assert.deepEqual([...methods].toSorted(), [
      'Closed',
      'Created',
      'FrameReceived',
      'FrameSent',
      'HandshakeResponseReceived',
      'WillSendHandshakeRequest',
    ])
  })

  test('messages are whole and inflated, text as text and all else in base64', () => {
    const seen = allOf(recorded()).flatMap(({ method, params }) => {
      const { response } = params as { response?: { payloadData?: string; opcode?: number } }
      const way = method.endsWith('FrameSent') ? 'sent' : 'received'
      return response?.payloadData === undefined
        ? []
        : [[way, response.opcode, response.payloadData]]
    })
    assert.deepEqual(seen, [
      ['received', 1, 'hellö'],
      ['sent', 2, 'AP8='],
      ['sent', 9, 'cA=='],
      ['sent', 1, 'fragments'],
      ['received', 10, 'cA=='],
      ['received', 8, 'A+g='],
      ['sent', 8, 'A+g='],
      ['sent', 1, 'compressed'],
    ])
  })

  test('both heads are there, with secrets taken out', () => {
    const [, sent, answered] = openedEvents([...recorded().connections][0]!)
    const { request } = sent!.params as { request: { headers: Record<string, string> } }
    assert.equal(request.headers['Cookie'], '[redacted]')
    const { response } = answered!.params as { response: Record<string, unknown> }
    assert.equal(response['status'], 101)
    assert.equal(response['statusText'], 'Switching Protocols')
    assert.match(String(response['headersText']), /^HTTP\/1\.1 101 .*\r\nSec-WebSocket-Accept: /)
    assert.match(String(response['requestHeadersText']), /^GET \/chat/)
  })

  test('an end that was not clean is an error, with its diagnosis', () => {
    const recording = new Recording()
    const recorder = recording.open(facts())
    recorder.read('receive', frame({ opcode: text, payload: 'hello', key }), 1)
    const close = { at: 5000, code: 1006, reason: '', wasClean: false, trigger: 'transport' }
    recorder.closed({ ...close, by: 'remote', diagnosis: 'The transport broke.' })
    const events = closedEvents(recorder.connection)
    assert.deepEqual(events, [
      {
        method: 'Network.webSocketFrameError',
        params: { requestId: 'tidewire.0', timestamp: 5, errorMessage: 'The transport broke.' },
      },
      { method: 'Network.webSocketClosed', params: { requestId: 'tidewire.0', timestamp: 5 } },
    ])
  })
})

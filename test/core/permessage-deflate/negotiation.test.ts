import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  clientAgreement,
  type DeflateDirection,
  deflateNegotiator,
  deflateOffers,
  serverAgreement,
} from '../../../dist/core/index.js'
import { formatExtensions } from '../../../dist/core/handshake/extensions.js'
import { answer, negotiate, params, settings } from './agreement.ts'

const directions: DeflateDirection[] = [false, true].flatMap((contextTakeover) =>
  Array.from({ length: 8 }, (_, i) => ({ contextTakeover, windowBits: 8 + i })),
)

/** What each side may do is what both want. */
function both(sender: DeflateDirection, receiver: DeflateDirection) {
  return {
    takeover: sender.contextTakeover! && receiver.contextTakeover!,
    windowBits: Math.min(sender.windowBits!, receiver.windowBits!),
  }
}

test('both sides come to the same agreement, whatever their settings', () => {
  for (const clientSends of directions) {
    for (const clientReceives of directions) {
      const client = settings({ send: clientSends, receive: clientReceives })
      for (const serverSends of directions) {
        // All 16 x 16 x 16 x 16 are the product of two independent directions: a cut through them.
        for (const serverReceives of [directions[0]!, clientReceives, directions.at(-1)!]) {
          const server = settings({ send: serverSends, receive: serverReceives })
          const agreed = negotiate(client, server)
          const up = both(clientSends, serverReceives)
          const down = both(serverSends, clientReceives)
          assert.deepEqual(agreed.client, { send: up, receive: down })
          assert.deepEqual(agreed.server, { send: down, receive: up })
        }
      }
    }
  }
})

const on = { contextTakeover: true }
const offers: [what: Parameters<typeof settings>[0], ...texts: string[]][] = [
  [{}, 'server_no_context_takeover; client_no_context_takeover; client_max_window_bits'],
  [{ send: on, receive: on }, 'client_max_window_bits'],
  [{ send: on }, 'server_no_context_takeover; client_max_window_bits'],
  [
    { receive: { ...on, windowBits: 10 } },
    'client_no_context_takeover; server_max_window_bits=10; client_max_window_bits',
    'server_no_context_takeover; client_no_context_takeover; client_max_window_bits',
  ],
  [
    { send: { ...on, windowBits: 9 }, receive: { ...on, windowBits: 8 } },
    'server_max_window_bits=8; client_max_window_bits=9',
    'server_no_context_takeover; client_max_window_bits=9',
  ],
]

for (const [options, ...texts] of offers) {
  test(`a client offers ${texts.join(', else ')}`, () => {
    const expected = texts.map((text) => `permessage-deflate; ${text}`).join(', ')
    assert.equal(formatExtensions(deflateOffers(settings(options))), expected)
  })
}

const all = { send: on, receive: on }
type AnswerRow = [
  offer: string,
  server: Parameters<typeof settings>[0],
  answered: string | undefined,
]
const answers: AnswerRow[] = [
  ['', all, ''],
  ['', {}, 'server_no_context_takeover; client_no_context_takeover'],
  // A wish of the client is kept (§7.1.1.1, §7.1.1.2).
  ['server_no_context_takeover', all, 'server_no_context_takeover'],
  ['client_no_context_takeover', all, 'client_no_context_takeover'],
  // Accepted by the same or a smaller value, the largest too (§7.1.2.1).
  ['server_max_window_bits=15', all, 'server_max_window_bits=15'],
  ['server_max_window_bits=10', all, 'server_max_window_bits=10'],
  [
    'server_max_window_bits=10',
    { send: { ...on, windowBits: 9 }, receive: on },
    'server_max_window_bits=9',
  ],
  ['', { send: { ...on, windowBits: 9 }, receive: on }, 'server_max_window_bits=9'],
  // A client that did not offer it must not be answered with it (§7.1.2.2).
  ['', { send: on, receive: { ...on, windowBits: 10 } }, 'client_no_context_takeover'],
  [
    'client_max_window_bits',
    { send: on, receive: { ...on, windowBits: 10 } },
    'client_max_window_bits=10',
  ],
  ['client_max_window_bits', all, ''],
  ['client_max_window_bits=15', all, ''],
  ['client_max_window_bits=9', all, 'client_max_window_bits=9'],
  [
    'client_max_window_bits=9',
    { send: on, receive: { ...on, windowBits: 8 } },
    'client_max_window_bits=8',
  ],
  ['server_max_window_bits', all, undefined],
  ['client_max_window_bits=16', all, undefined],
  ['x', all, undefined],
  ['server_no_context_takeover=1', all, undefined],
]

for (const [offer, options, answered] of answers) {
  const to = offer || 'no parameters'
  test(`a server that is offered ${to} ${answered === undefined ? 'declines' : `answers ${answered}`}`, () => {
    const server = settings(options)
    const accepted = deflateNegotiator(server).accept(params(offer))
    assert.deepEqual(accepted, answered === undefined ? undefined : params(answered))
  })
}

const fallbacks: [offers: string, answered: string | undefined][] = [
  ['permessage-deflate; server_max_window_bits=7, permessage-deflate', ''],
  [
    'permessage-deflate; x, permessage-deflate; client_no_context_takeover',
    'client_no_context_takeover',
  ],
  [
    'permessage-deflate; server_max_window_bits=10, permessage-deflate',
    'server_max_window_bits=10',
  ],
  ['permessage-bzip2, x-webkit-deflate-frame, permessage-deflate', ''],
  ['permessage-deflate; server_max_window_bits, permessage-deflate; x', undefined],
  ['Permessage-Deflate', undefined],
  ['__proto__, constructor', undefined],
]

for (const [given, answered] of fallbacks) {
  test(`of "${given}" a server takes the first it can`, () => {
    assert.deepEqual(
      answer(given, settings(all)),
      answered === undefined ? undefined : { name: 'permessage-deflate', params: params(answered) },
    )
  })
}

/** A server that declines what it is asked of its window, as ws does for one below its own. */
function stubborn(offered: string): string {
  const keepsTo = (element: string): boolean => !element.includes('server_max_window_bits')
  return offered.split(', ').filter(keepsTo).join(', ')
}

test('a client and a server that declines to limit its window agree to forget', () => {
  for (const receive of directions) {
    const client = settings({ ...all, receive })
    const kept = stubborn(formatExtensions(deflateOffers(client)))
    const { params: answered } = answer(kept, settings(all))!
    const agreed = clientAgreement(answered, client)!
    const { send } = serverAgreement(answered)
    assert.deepEqual(agreed.receive, send)
    assert.deepEqual(send, {
      takeover: receive.windowBits === 15 && receive.contextTakeover,
      windowBits: 15,
    })
  }
})

type ClientRow = [
  answered: string,
  client: Parameters<typeof settings>[0],
  agreed: ReturnType<typeof clientAgreement>,
]
const wide = { takeover: true, windowBits: 15 }
const small = { ...on, windowBits: 10 }
const clientRows: ClientRow[] = [
  ['', all, { send: wide, receive: wide }],
  // A server may limit itself, or the client, without having been asked to (§7.1.1.1-7.1.2.2).
  ['server_no_context_takeover', all, { send: wide, receive: { ...wide, takeover: false } }],
  ['client_no_context_takeover', all, { send: { ...wide, takeover: false }, receive: wide }],
  ['server_max_window_bits=8', all, { send: wide, receive: { ...wide, windowBits: 8 } }],
  ['client_max_window_bits=8', all, { send: { ...wide, windowBits: 8 }, receive: wide }],
  ['client_max_window_bits=15', all, { send: wide, receive: wide }],
  // What the client said of itself it does, answered or not.
  ['', { receive: on }, { send: { ...wide, takeover: false }, receive: wide }],
  ['', { send: small, receive: on }, { send: { ...wide, windowBits: 10 }, receive: wide }],
  [
    'client_max_window_bits=9',
    { send: small, receive: on },
    { send: { ...wide, windowBits: 9 }, receive: wide },
  ],
  // What it asked of the server has to be answered, with no more than it asked for.
  ['', { send: on }, undefined],
  ['client_no_context_takeover', { send: on }, undefined],
  ['', { send: on, receive: small }, undefined],
  ['server_max_window_bits=11', { send: on, receive: small }, undefined],
  ['server_max_window_bits=15', { send: on, receive: small }, undefined],
  [
    'server_max_window_bits=10',
    { send: on, receive: small },
    { send: wide, receive: { ...wide, windowBits: 10 } },
  ],
  [
    'server_max_window_bits=8',
    { send: on, receive: small },
    { send: wide, receive: { ...wide, windowBits: 8 } },
  ],
  // A server that cannot keep to the window takes the other offer, and may name any window with it.
  [
    'server_no_context_takeover',
    { send: on, receive: small },
    { send: wide, receive: { ...wide, takeover: false } },
  ],
  [
    'server_no_context_takeover; server_max_window_bits=12',
    { send: on, receive: small },
    { send: wide, receive: { takeover: false, windowBits: 12 } },
  ],
  [
    'server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9',
    { send: on, receive: small },
    { send: { ...wide, windowBits: 9 }, receive: { takeover: false, windowBits: 9 } },
  ],
  // What both offers ask for has to be answered.
  ['server_max_window_bits=10', { receive: { windowBits: 10 } }, undefined],
  [
    'server_no_context_takeover; client_max_window_bits=11',
    { send: small, receive: small },
    undefined,
  ],
  // A window larger than the one that the client named for itself (§7.1.2.2).
  ['client_max_window_bits=11', { send: small, receive: on }, undefined],
  // Malformed.
  ['client_max_window_bits', all, undefined],
  ['server_max_window_bits=7', all, undefined],
  ['server_no_context_takeover; server_no_context_takeover', all, undefined],
  ['x=1', all, undefined],
]

for (const [answered, options, agreed] of clientRows) {
  const what = agreed ? 'takes' : 'fails at'
  test(`a client ${what} the answer ${answered || 'without parameters'} to ${JSON.stringify(options)}`, () => {
    assert.deepEqual(clientAgreement(params(answered), settings(options)), agreed)
  })
}

test('a server and any client agree on what was answered', () => {
  const given = [
    '',
    'client_max_window_bits',
    'client_max_window_bits=10',
    'server_max_window_bits=12',
    'client_no_context_takeover; client_max_window_bits=15; server_max_window_bits=8',
  ]
  for (const offer of given) {
    for (const send of directions) {
      for (const receive of directions) {
        const accepted = deflateNegotiator(settings({ send, receive })).accept(params(offer))!
        const server = serverAgreement(accepted)
        const client = clientAgreement(accepted, settings(all))!
        assert.deepEqual([client.send, client.receive], [server.receive, server.send])
        assert.ok(server.send.windowBits <= send.windowBits!)
        // Less memory than was asked for, one way or the other.
        assert.ok(server.receive.windowBits <= receive.windowBits! || !server.receive.takeover)
      }
    }
  }
})

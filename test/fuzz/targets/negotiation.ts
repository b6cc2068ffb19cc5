import assert from 'node:assert/strict'
import {
  chooseExtensions,
  formatExtensions,
  parseExtensions,
} from '../../../dist/core/handshake/extensions.js'
import {
  clientAgreement,
  deflateNegotiator,
  type DeflateSettings,
  resolveDeflate,
  serverAgreement,
} from '../../../dist/core/index.js'
import { concat, fromLatin1, latin1 } from '../bytes.ts'
import type { Target } from '../target.ts'

const name = 'permessage-deflate'
const serverAlone = 'server_no_context_takeover'
const clientAlone = 'client_no_context_takeover'
const serverBits = 'server_max_window_bits'
const clientBits = 'client_max_window_bits'

type Params = readonly (readonly [string, string | true])[]

/** RFC 7692 §7.1: what each parameter may be, in an offer and in an answer; `;` stands before each. */
const alone = `;(?:${serverAlone}|${clientAlone})`
const number = '=(?:8|9|1[0-5])'
const legal = {
  offer: new RegExp(`^(?:${alone}|;${serverBits}${number}|;${clientBits}(?:${number})?)*$`),
  answer: new RegExp(`^(?:${alone}|;(?:${serverBits}|${clientBits})${number})*$`),
}

/** The parameters by name, `undefined` when they are not legal there. */
function read(params: Params, where: keyof typeof legal): Map<string, number> | undefined {
  const text = params.map(([key, value]) => (value === true ? `;${key}` : `;${key}=${value}`))
  // One without a value holds to nothing.
  const byName = new Map(params.map(([key, value]) => [key, value === true ? 15 : Number(value)]))
  // "multiple parameters with the same name" are a reason to decline as well.
  return legal[where].test(text.join('')) && byName.size === params.length ? byName : undefined
}

/** A server answers the first legal offer, within what it says and within its own settings. */
function checkServer(offers: readonly Params[], settings: DeflateSettings): string {
  const extensions = offers.map((params) => ({ name, params }))
  const [answer] = chooseExtensions(extensions, [deflateNegotiator(settings)])
  const offer = offers.map((params) => read(params, 'offer')).find((one) => one !== undefined)
  assert.equal(
    answer !== undefined,
    offer !== undefined,
    'accepts what it must not, or not what it may',
  )
  if (!answer || !offer) return 'declined'
  const written = parseExtensions(formatExtensions([answer]))
  assert.deepEqual(written, [answer], 'another answer when it was written')
  const params = read(answer.params, 'answer')
  assert.ok(params, 'an answer that is not legal')
  // §7.1.1.1, §7.1.2.1: what the client asked of the server is repeated.
  assert.ok(params.has(serverAlone) || !offer.has(serverAlone), 'takes over what it must not')
  const asked = offer.get(serverBits) ?? 15
  assert.ok(!offer.has(serverBits) || params.has(serverBits), 'no answer to a window asked for')
  assert.ok((params.get(serverBits) ?? 15) <= asked, 'a wider window than was asked for')
  // §7.1.2.2: only a client that has said so can be held to a window, and to none that is wider.
  const hint = offer.get(clientBits)
  assert.ok(hint !== undefined || !params.has(clientBits), 'a window that the client cannot keep')
  const clients = params.get(clientBits)
  assert.ok(clients === undefined || clients <= (hint ?? 15), 'a wider window than was offered')
  const { send, receive } = serverAgreement(answer.params)
  assert.deepEqual(
    [send, receive],
    [
      { takeover: !params.has(serverAlone), windowBits: params.get(serverBits) ?? 15 },
      { takeover: !params.has(clientAlone), windowBits: params.get(clientBits) ?? 15 },
    ],
  )
  assert.ok(settings.send.contextTakeover || !send.takeover)
  assert.ok(send.windowBits <= settings.send.windowBits)
  assert.ok(settings.receive.contextTakeover || !receive.takeover)
  // What is remembered between messages is never more than was set.
  assert.ok(!receive.takeover || receive.windowBits <= settings.receive.windowBits)
  return `answered with ${params.size}`
}

/** A client takes an answer that is legal and keeps to one of its offers. */
function checkClient(params: Params, settings: DeflateSettings): string {
  const agreed = clientAgreement(params, settings)
  const answer = read(params, 'answer')
  const { send, receive } = settings
  const forgets = answer?.has(serverAlone) === true
  const keeps = (answer?.get(serverBits) ?? 15) <= receive.windowBits
  // A server that does not keep to a window may forget instead: the second offer.
  const remembers = keeps ? forgets || receive.contextTakeover : forgets && receive.windowBits < 15
  const own = !answer?.has(clientBits) || answer.get(clientBits)! <= send.windowBits
  if (!answer || !remembers || !own) {
    assert.equal(agreed, undefined, 'takes an answer that does not fit')
    return 'failed'
  }
  assert.deepEqual(agreed, {
    send: {
      takeover: send.contextTakeover && !answer.has(clientAlone),
      windowBits: Math.min(send.windowBits, answer.get(clientBits) ?? 15),
    },
    receive: { takeover: !answer.has(serverAlone), windowBits: answer.get(serverBits) ?? 15 },
  })
  return 'agreed'
}

/** Two bytes of settings, then Sec-WebSocket-Extensions: as an offer to a server, as an answer to a client. */
export const negotiation: Target = {
  name: 'negotiation',
  seeds: [
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits; server_max_window_bits=10',
    'permessage-deflate; client_max_window_bits=9; server_no_context_takeover, permessage-deflate',
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
  ].flatMap((text) =>
    [
      [3, 0x77],
      [3, 0x23],
      [0, 0x40],
    ].map((set) => concat(set, fromLatin1(text))),
  ),
  dictionary: [
    ...[name, serverAlone, clientAlone, serverBits, clientBits].map((text) => `; ${text}`),
    '=8',
    '=15',
    '=16',
    '="10"',
    '=08',
    '=NaN',
    ', permessage-deflate; ',
  ].map(fromLatin1),
  maxLength: 300,

  run(input) {
    const [flags = 0, bits = 0] = input
    const settings = resolveDeflate({
      send: { contextTakeover: (flags & 1) !== 0, windowBits: 8 + (bits & 7) },
      receive: { contextTakeover: (flags & 2) !== 0, windowBits: 8 + ((bits >> 4) & 7) },
    })!
    const extensions = parseExtensions(latin1(input.subarray(2)))
    if (!extensions) return ['malformed']
    const offers = extensions.filter((one) => one.name === name).map(({ params }) => params)
    const words = [checkServer(offers, settings)]
    for (const params of offers) words.push(checkClient(params, settings))
    return words
  },
}

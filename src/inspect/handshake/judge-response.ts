import { type Extension, parseExtensions } from '../../core/handshake/extensions.ts'
import { quoted } from '../../core/handshake/quoted.ts'
import { isKey } from '../../core/handshake/sec-websocket-key.ts'
import { hasUpgrade } from '../../core/handshake/start-line.ts'
import { parseSubprotocols } from '../../core/handshake/subprotocol.ts'
import { hasToken } from '../../core/handshake/tokens.ts'
import {
  type DeflateParameters,
  readAnswer,
  readOffer,
} from '../../core/permessage-deflate/parameters.ts'
import { draftOf, isHixieAnswer } from './draft.ts'
import type { FindingCode } from './finding-catalogue.ts'
import { finding, type Finding, type FindingDetail } from './finding.ts'
import { acceptOf, slipOf } from './handshake-key.ts'
import { judgeStatus } from './judge-status.ts'
import type { Exchange, WrittenRequest, WrittenResponse } from './written-head.ts'

/** What is wrong with or unusual about a response, in the order of RFC 6455 §4.1. */
export function judgeResponse({ request, response }: Exchange): Finding[] {
  if (!response) return []
  const { slips } = response
  if (response.status !== 101) return [...slips, judgeStatus(response, request)]
  const draft = request && draftOf(request)
  if (draft?.startsWith('hixie')) return [...slips, ...judgeSwitching(response)]
  if (isHixieAnswer(response)) return [...slips, finding('answer-draft', 'response', undefined)]
  return [
    ...slips,
    ...judgeSwitching(response),
    ...judgeAccept(response, request),
    ...judgeSubprotocol(response, request),
    ...judgeExtensions(response, request),
    ...judgeContent(response),
  ]
}

function found(code: FindingCode, text: string, detail?: FindingDetail): Finding {
  return finding(code, 'response', text, detail)
}

function judgeSwitching({ version, fields }: WrittenResponse): Finding[] {
  const wrong: Finding[] = []
  if (version !== undefined && !hasUpgrade(version)) {
    const text = `The answer is HTTP/${version}, which has no Upgrade.`
    wrong.push(found('http-version', text, { expected: 'HTTP/1.1' }))
  }
  const upgrade = fields.get('upgrade')
  // One protocol, not a list: the server switches to it.
  if (upgrade?.toLowerCase() !== 'websocket') {
    const field = upgrade === undefined ? undefined : 'Upgrade'
    const expected = 'Upgrade: websocket'
    wrong.push(found('answer-upgrade', `Upgrade is ${quoted(upgrade)}.`, { field, expected }))
  }
  const connection = fields.get('connection')
  if (!hasToken(connection, 'upgrade')) {
    const field = connection === undefined ? undefined : 'Connection'
    const text = `Connection is ${quoted(connection)}.`
    wrong.push(found('answer-connection', text, { field, expected: 'Connection: Upgrade' }))
  }
  return wrong
}

function judgeAccept({ fields }: WrittenResponse, request?: WrittenRequest): Finding[] {
  const key = request?.fields.get('sec-websocket-key')
  const expected = key !== undefined && isKey(key) ? acceptOf(key) : undefined
  const field = 'Sec-WebSocket-Accept'
  const [accept, ...more] = fields.all(field)
  if (accept === undefined) return [finding('accept-missing', 'response', undefined, { expected })]
  if (more.length > 0) {
    const text = `The answer has ${more.length + 1} of them.`
    return [found('accept-repeated', text, { field, expected })]
  }
  if (key === undefined || expected === undefined || accept === expected) return []
  const slip = slipOf(key, accept)
  const text = `${field} is ${quoted(accept)}, which does not answer the key ${key}.${slip ? ` ${slip}` : ''}`
  return [found('accept-wrong', text, { field, expected })]
}

/** Without the request nobody can say what was offered. */
function judgeSubprotocol({ fields }: WrittenResponse, request?: WrittenRequest): Finding[] {
  const field = 'Sec-WebSocket-Protocol'
  const chosen = fields.get(field)
  const offered = request && parseSubprotocols(request.fields.get(field))
  if (!offered) return []
  if (chosen === undefined) {
    const text = `The client offered ${offered.join(', ')} and the answer has no ${field}.`
    const expected = `${field}: ${offered.join(' or ')}`
    return offered.length === 0 ? [] : [found('subprotocol-missing', text, { expected })]
  }
  if (offered.includes(chosen)) return []
  const offer = offered.length === 0 ? 'nothing' : offered.join(', ')
  const text = `The server chose ${quoted(chosen)}, and the client offered ${offer}.`
  const expected = offered.length === 0 ? `no ${field}` : `${field}: ${offered.join(' or ')}`
  return [found('subprotocol-foreign', text, { field, expected })]
}

function judgeExtensions({ fields }: WrittenResponse, request?: WrittenRequest): Finding[] {
  const field = 'Sec-WebSocket-Extensions'
  const value = fields.get(field)
  const answered = parseExtensions(value)
  if (!answered) return [found('extensions-malformed', `${field} is ${quoted(value)}.`, { field })]
  const offered = request && parseExtensions(request.fields.get(field))
  if (!offered) return []
  const declined = namesOf(offered).filter((name) => !namesOf(answered).includes(name))
  const foreign = answered.filter(
    ({ name }, at) => !namesOf(offered).includes(name) || namesOf(answered).indexOf(name) < at,
  )
  return [
    ...namesOf(foreign).map((name) =>
      found(
        'extension-foreign',
        `The answer has ${name}, which was not offered or is there twice.`,
        {
          field,
        },
      ),
    ),
    ...answered
      .filter(({ name }) => name === 'permessage-deflate' && namesOf(offered).includes(name))
      .filter((answer) => !fits(answer, offered))
      .map(() => found('deflate-answer', `The answer is ${quoted(value)}.`, { field })),
    ...declined.map((name) =>
      found('extension-declined', `The client offered ${name}; the server did not take it.`),
    ),
  ]
}

function judgeContent({ fields, content }: WrittenResponse): Finding[] {
  const field = ['Content-Length', 'Transfer-Encoding'].find((name) => fields.has(name))
  if (field !== undefined) {
    return [found('answer-content', `The 101 has ${field}: ${fields.get(field)}.`, { field })]
  }
  const shown = content.split('\n', 1)[0]!
  const text = `Behind the 101 stands ${quoted(shown)}.`
  return content === '' ? [] : [found('content-behind-answer', text)]
}

function namesOf(extensions: readonly Extension[]): string[] {
  return extensions.map(({ name }) => name)
}

/** Whether an answer is one to any of the offers (RFC 7692 §7.1). */
function fits(answer: Extension, offers: readonly Extension[]): boolean {
  const agreed = readAnswer(answer.params)
  return (
    agreed !== undefined &&
    offers.some(({ name, params }) => {
      const offer = name === answer.name ? readOffer(params) : undefined
      return offer !== undefined && answers(agreed, offer)
    })
  )
}

function answers(answer: DeflateParameters, offer: DeflateParameters): boolean {
  const { clientMaxWindowBits: client, serverMaxWindowBits: server } = answer
  const forgets = answer.serverNoContextTakeover || !offer.serverNoContextTakeover
  const serverFits =
    offer.serverMaxWindowBits === undefined || (server ?? 16) <= offer.serverMaxWindowBits
  // RFC 7692 §7.1.2.2: only a client that offers it can be held to a window.
  const clientFits = client === undefined || offer.clientMaxWindowBits !== undefined
  return forgets && serverFits && clientFits
}

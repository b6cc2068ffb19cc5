import { parseExtensions } from '../../core/index.ts'
import type { Opening } from '../case.ts'
import {
  agreementFault,
  DeflateCodec,
  extensionName,
  formatDeflate,
  readDeflate,
} from './deflate.ts'
import { acceptFor, type FieldSet, type Head, makeKey, parseHead, writeHead } from './head.ts'
import { hasToken } from './request-checks.ts'
import type { Session } from './session.ts'

/** What came of an opening handshake. */
export type OpeningResult =
  | { readonly kind: 'open'; readonly head: Head; readonly deflate: boolean }
  /** The endpoint has not got what the case is about. */
  | { readonly kind: 'not-supported'; readonly why: string }
  /** A server has answered otherwise: `status` 0 for no answer at all. */
  | { readonly kind: 'refused'; readonly status: number; readonly head?: Head }
  /** It agreed to something it must not. */
  | { readonly kind: 'wrong'; readonly fault: string }

/** Opens a connection to a server (RFC 6455 §4.1). */
export async function openAsClient(
  session: Session,
  url: URL,
  opening: Opening,
  patience: number,
): Promise<OpeningResult> {
  const key = makeKey()
  const { request = {}, deflate } = opening
  const target = `${url.pathname}${url.search}`
  const offers = deflate && deflate.map(formatDeflate).join(', ')
  const plain: FieldSet = {
    Host: url.host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Extensions': offers,
  }
  const edit = { ...request }
  if (edit.start !== undefined)
    Object.assign(edit, { start: edit.start.replace('{target}', target) })
  const head = writeHead(`GET ${target} HTTP/1.1`, plain, edit)
  session.note(head, Buffer.from(head, 'latin1'))
  const bytes = Buffer.from(head, 'latin1')
  if (edit.pieces === undefined) await session.writeAll(bytes)
  else await session.writePieces(bytes, edit.pieces, edit.drip)
  const response = await readResponse(session, patience)
  if (!response) return { kind: 'refused', status: 0 }
  const status = statusOf(response)
  if (status !== 101) return { kind: 'refused', status, head: response }
  return judgeResponse(session, response, key, opening)
}

/** The final response: any number of interim ones may come first (RFC 9110 §15.2). */
async function readResponse(session: Session, patience: number): Promise<Head | undefined> {
  for (;;) {
    const text = await session.readHead(patience)
    if (text === undefined) return undefined
    const head = parseHead(text)
    const status = statusOf(head)
    if (status < 100 || status > 199 || status === 101) return head
  }
}

function statusOf({ start }: Head): number {
  return Number(/^HTTP\/1\.\d (\d{3})/.exec(start)?.[1] ?? 0)
}

/** RFC 6455 §4.1, what a client has to check; a server that gets it wrong is told so in every case. */
function judgeResponse(
  session: Session,
  head: Head,
  key: string,
  { request = {}, deflate }: Opening,
): OpeningResult {
  const { fields } = head
  const wrong = (fault: string): OpeningResult => ({ kind: 'wrong', fault })
  if (!hasToken(fields.get('upgrade'), 'websocket')) return wrong('101 without Upgrade: websocket')
  if (!hasToken(fields.get('connection'), 'upgrade'))
    return wrong('101 without Connection: Upgrade')
  const sent = request.fields?.['Sec-WebSocket-Key'] ?? key
  const accept = fields.get('sec-websocket-accept')
  if (typeof sent === 'string' && accept !== acceptFor(sent)) {
    return wrong(`Sec-WebSocket-Accept is ${accept ?? 'missing'}, not ${acceptFor(sent)} (§4.2.2)`)
  }
  const offered = request.fields?.['Sec-WebSocket-Protocol'] ?? ''
  const protocol = fields.get('sec-websocket-protocol')
  if (protocol !== undefined && !String(offered).split(/, */).includes(protocol)) {
    return wrong(`subprotocol ${protocol} was not offered (§4.2.2)`)
  }
  const extensions = parseExtensions(fields.get('sec-websocket-extensions'))
  if (!extensions) return wrong('malformed Sec-WebSocket-Extensions (§9.1)')
  const agreed = extensions.find(({ name }) => name === extensionName)
  const offers = String(request.fields?.['Sec-WebSocket-Extensions'] ?? '')
  const other = extensions.find(({ name }) => name !== extensionName && !offers.includes(name))
  if (other) return wrong(`extension ${other.name} was not offered (§9.1)`)
  if (!agreed) {
    if (deflate) return { kind: 'not-supported', why: `it declines ${formatDeflate(deflate[0]!)}` }
    session.startFrames()
    return { kind: 'open', head, deflate: false }
  }
  const params = readDeflate(agreed)
  if (typeof params === 'string') return wrong(`permessage-deflate with ${params} (RFC 7692 §7.1)`)
  if (!deflate && !offers.includes(extensionName))
    return wrong('permessage-deflate was not offered')
  const fault = deflate ? agreementFault(params, deflate) : ''
  if (fault) return wrong(`permessage-deflate: ${fault} (RFC 7692 §7.1)`)
  session.startFrames(new DeflateCodec(params, 'client'))
  return { kind: 'open', head, deflate: true }
}

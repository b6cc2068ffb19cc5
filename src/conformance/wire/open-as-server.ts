import { parseExtensions } from '../../core/index.ts'
import type { Opening } from '../case.ts'
import { agreementFor, DeflateCodec, extensionName, formatDeflate, readDeflate } from './deflate.ts'
import { acceptFor, type FieldSet, type Head, writeHead } from './head.ts'
import type { OpeningResult } from './open-as-client.ts'
import type { Session } from './session.ts'

/** Answers the request of a client (RFC 6455 §4.2.2), rightly or as the case has it. */
export async function openAsServer(
  session: Session,
  request: Head,
  opening: Opening,
): Promise<OpeningResult> {
  const { response = {}, deflate, agree = deflate } = opening
  const offers = parseExtensions(request.fields.get('sec-websocket-extensions')) ?? []
  const offer = offers.filter(({ name }) => name === extensionName)
  let codec: DeflateCodec | undefined
  let answer: string | undefined
  const unsupported =
    offer.length === 0
      ? 'it does not offer permessage-deflate'
      : 'it offers no client_max_window_bits'
  if (opening.needsDeflate && offer.length === 0) {
    await plain(session, request)
    return { kind: 'not-supported', why: unsupported }
  }
  if (agree) {
    const read = offer.map(readDeflate).filter((one) => typeof one !== 'string')
    const [params] = agree.flatMap((wanted) =>
      read.flatMap((one) => agreementFor(wanted, one) ?? []),
    )
    if (!params) {
      await plain(session, request)
      return { kind: 'not-supported', why: unsupported }
    }
    codec = new DeflateCodec(params, 'server')
    answer = formatDeflate(params)
  }
  await respond(session, request, response, answer)
  session.startFrames(codec)
  return { kind: 'open', head: request, deflate: codec !== undefined }
}

/** Answers a request as it should be, and closes at once: for drivers that wait for a connection. */
async function plain(session: Session, request: Head): Promise<void> {
  await respond(session, request, {}, undefined)
  session.startFrames()
}

async function respond(
  session: Session,
  request: Head,
  edit: NonNullable<Opening['response']>,
  extensions: string | undefined,
): Promise<void> {
  const accept = acceptFor(request.fields.get('sec-websocket-key') ?? '')
  const fill = (value: string): string => value.replace('{accept}', accept)
  const fields = Object.entries(edit.fields ?? {}).map(([name, value]) => [
    name,
    value === undefined ? undefined : typeof value === 'string' ? fill(value) : value.map(fill),
  ])
  const defaults: FieldSet = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': accept,
    'Sec-WebSocket-Extensions': extensions,
  }
  const head = writeHead('HTTP/1.1 101 Switching Protocols', defaults, {
    ...edit,
    fields: Object.fromEntries(fields) as FieldSet,
  })
  const bytes = Buffer.from(head, 'latin1')
  session.note(head, bytes)
  if (edit.pieces === undefined) await session.writeAll(bytes)
  else await session.writePieces(bytes, edit.pieces, edit.drip)
}

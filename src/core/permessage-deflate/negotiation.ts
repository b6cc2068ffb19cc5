import type { Extension, ExtensionNegotiator, ExtensionParams } from '../handshake/extensions.ts'
import type { DeflateSettings } from './options.ts'
import {
  type DeflateParameters,
  extensionName,
  formatParameters,
  readAnswer,
  readOffer,
} from './parameters.ts'

/** What one direction of a connection has agreed on. */
export interface DeflateContext {
  readonly takeover: boolean
  readonly windowBits: number
}

/** What a connection has agreed on, seen from this side. */
export interface DeflateAgreement {
  readonly send: DeflateContext
  readonly receive: DeflateContext
}

const unlimited = 15

/**
 * The server's side of the negotiation (RFC 7692 §5.1, §7.1). A limit that the client asks for is kept;
 * one that the server wants of a client that cannot keep it is replaced by forbidding context takeover,
 * which saves the same memory.
 */
export function deflateNegotiator(settings: DeflateSettings): ExtensionNegotiator {
  return { name: extensionName, accept: (params) => acceptOffer(params, settings) }
}

function acceptOffer(
  params: ExtensionParams,
  { send, receive }: DeflateSettings,
): ExtensionParams | undefined {
  const offer = readOffer(params)
  if (!offer) return undefined
  const serverBits = Math.min(send.windowBits, offer.serverMaxWindowBits ?? unlimited)
  // The client can be held to a window only if it says that it can (RFC 7692 §7.1.2.2).
  const holds = offer.clientMaxWindowBits !== undefined
  const hint = typeof offer.clientMaxWindowBits === 'number' ? offer.clientMaxWindowBits : unlimited
  const clientBits = Math.min(receive.windowBits, hint)
  const tooWide = !holds && clientBits < unlimited
  return formatParameters({
    serverNoContextTakeover: offer.serverNoContextTakeover || !send.contextTakeover,
    clientNoContextTakeover: offer.clientNoContextTakeover || !receive.contextTakeover || tooWide,
    serverMaxWindowBits:
      offer.serverMaxWindowBits !== undefined || serverBits < unlimited ? serverBits : undefined,
    clientMaxWindowBits: holds && clientBits < unlimited ? clientBits : undefined,
  })
}

/**
 * What a client offers, most wanted first (RFC 7692 §7.1). A server that cannot keep to the window it is
 * asked for declines (§7.1.2.1), and is asked to forget instead, which saves the same memory.
 */
export function deflateOffers(settings: DeflateSettings): Extension[] {
  return offersOf(settings).map((offer) => ({
    name: extensionName,
    params: formatParameters(offer),
  }))
}

function offersOf({ send, receive }: DeflateSettings): DeflateParameters[] {
  const offer: DeflateParameters = {
    serverNoContextTakeover: !receive.contextTakeover,
    clientNoContextTakeover: !send.contextTakeover,
    serverMaxWindowBits: receive.windowBits < unlimited ? receive.windowBits : undefined,
    clientMaxWindowBits: send.windowBits < unlimited ? send.windowBits : true,
  }
  if (offer.serverMaxWindowBits === undefined) return [offer]
  return [offer, { ...offer, serverNoContextTakeover: true, serverMaxWindowBits: undefined }]
}

/** What a server's own answer means for it. */
export function serverAgreement(answered: ExtensionParams): DeflateAgreement {
  const { send, receive } = seenByClient(readAnswer(answered)!)
  return { send: receive, receive: send }
}

/**
 * What an answer means for the client that offered; `undefined` for one that it must fail the connection
 * for: malformed, or not an answer to its offer (RFC 7692 §7.1).
 */
export function clientAgreement(
  answered: ExtensionParams,
  settings: DeflateSettings,
): DeflateAgreement | undefined {
  const { send } = settings
  const answer = readAnswer(answered)
  // Which of the offers it is an answer to is not said: it has to be one to any of them.
  if (!answer || !offersOf(settings).some((offer) => answers(answer, offer))) return undefined
  const agreed = seenByClient(answer)
  return {
    send: {
      takeover: agreed.send.takeover && send.contextTakeover,
      windowBits: Math.min(agreed.send.windowBits, send.windowBits),
    },
    receive: agreed.receive,
  }
}

/** Whether a server may answer `answer` to `offer`. */
function answers(answer: DeflateParameters, offer: DeflateParameters): boolean {
  // A server accepts these by repeating them (RFC 7692 §7.1.1.1, §7.1.2.1).
  const forgets = answer.serverNoContextTakeover || !offer.serverNoContextTakeover
  const serverBits = answer.serverMaxWindowBits ?? unlimited
  // A window that the offer named may be answered with a smaller one only (§7.1.2.1, §7.1.2.2); what the
  // client says of itself need not be answered.
  return (
    forgets &&
    serverBits <= (offer.serverMaxWindowBits ?? unlimited) &&
    Number(answer.clientMaxWindowBits ?? 0) <= bitsOf(offer.clientMaxWindowBits)
  )
}

/** Without a value any window will do. */
function bitsOf(bits: number | true | undefined): number {
  return typeof bits === 'number' ? bits : unlimited
}

function seenByClient(answer: DeflateParameters): DeflateAgreement {
  return {
    send: {
      takeover: !answer.clientNoContextTakeover,
      windowBits: bitsOf(answer.clientMaxWindowBits),
    },
    receive: {
      takeover: !answer.serverNoContextTakeover,
      windowBits: answer.serverMaxWindowBits ?? unlimited,
    },
  }
}

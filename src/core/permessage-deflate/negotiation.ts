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

/** What a client offers (RFC 7692 §7.1). */
export function deflateOffer({ send, receive }: DeflateSettings): Extension {
  const params = formatParameters({
    serverNoContextTakeover: !receive.contextTakeover,
    clientNoContextTakeover: !send.contextTakeover,
    serverMaxWindowBits: receive.windowBits < unlimited ? receive.windowBits : undefined,
    clientMaxWindowBits: send.windowBits < unlimited ? send.windowBits : true,
  })
  return { name: extensionName, params }
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
  { send, receive }: DeflateSettings,
): DeflateAgreement | undefined {
  const answer = readAnswer(answered)
  if (!answer) return undefined
  // A server accepts these by repeating them (§7.1.1.1, §7.1.2.1).
  if (!receive.contextTakeover && !answer.serverNoContextTakeover) return undefined
  if (receive.windowBits < (answer.serverMaxWindowBits ?? unlimited)) return undefined
  // A window that the offer named may be answered with a smaller one only (§7.1.2.2).
  const { clientMaxWindowBits: clientBits = 0 } = answer
  if (send.windowBits < unlimited && Number(clientBits) > send.windowBits) return undefined
  const agreed = seenByClient(answer)
  return {
    send: {
      takeover: agreed.send.takeover && send.contextTakeover,
      windowBits: Math.min(agreed.send.windowBits, send.windowBits),
    },
    receive: agreed.receive,
  }
}

function seenByClient(answer: DeflateParameters): DeflateAgreement {
  const { clientMaxWindowBits: clientBits } = answer
  return {
    send: {
      takeover: !answer.clientNoContextTakeover,
      windowBits: typeof clientBits === 'number' ? clientBits : unlimited,
    },
    receive: {
      takeover: !answer.serverNoContextTakeover,
      windowBits: answer.serverMaxWindowBits ?? unlimited,
    },
  }
}

export { CloseCode, isWireCloseCode } from './close-code.ts'
export { checkClose, type CloseFrame, encodeReason, maxReasonBytes } from './close-frame.ts'
export type { CloseCause, CloseOutcome, CloseTrigger } from './close-record.ts'
export { type ConnectionState, ReadyState } from './connection-state.ts'
export { Connection } from './connection.ts'
export type { ConnectionHandler, ConnectionSettings } from './connection-settings.ts'
export { type EncodedMessage, encodeMessage, type HeldMessage } from './encoded-message.ts'
export type { Conduct } from './conduct.ts'
export {
  challengeBytes,
  type Challenge,
  challengeLength,
  type HixieAgreement,
} from './drafts/hixie-handshake.ts'
export { hixieFraming } from './drafts/hixie-framing.ts'
export { type FrameHeader, headerSize, writeHeader } from './frame-header.ts'
export { FrameParser, type FrameSink } from './frame-parser.ts'
export type { SendAs } from './frame-sender.ts'
export type { Framing } from './framing.ts'
export { defaultHeartbeat, type Heartbeat } from './keepalive.ts'
export { checkInteger, defaultLimits, type Limits, resolveLimits } from './limits.ts'
export { applyMask } from './mask.ts'
export type { Message } from './message-assembler.ts'
export { isControl, Opcode, opcodeName } from './opcode.ts'
export { acceptFor, isKey, makeKey } from './handshake/sec-websocket-key.ts'
export { Output, Slab } from './output.ts'
export type { PingReply } from './ping-log.ts'
export type { Ports } from './ports.ts'
export { TokenBucket } from './token-bucket.ts'
export { Utf8Validator } from './utf8-validator.ts'
export {
  ClientHandshake,
  type ClientHandshakeOptions,
  type ClientHandshakeResult,
} from './handshake/client-handshake.ts'
export {
  type Extension,
  type ExtensionNegotiator,
  formatExtensions,
  parseExtensions,
} from './handshake/extensions.ts'
export { FinalHeadParser } from './handshake/final-head-parser.ts'
export { checkExtraFields, formatHead } from './handshake/format-head.ts'
export { HandshakeError } from './handshake/handshake-error.ts'
export { HeadParser, type HeadResult } from './handshake/head-parser.ts'
export { isToken } from './handshake/tokens.ts'
export { type FieldLine, HeaderFields } from './handshake/header-fields.ts'
export { checkHost, type HostPolicy } from './handshake/host.ts'
export { checkOrigin, type OriginPolicy } from './handshake/origin.ts'
export { draining, formatRefusal, type Refusal } from './handshake/refusal.ts'
export {
  type Agreement,
  checkServerPolicy,
  formatAcceptance,
  isUpgradeRequest,
  readUpgradeRequest,
  type ServerHandshakePolicy,
  type UpgradeVerdict,
  type Version,
} from './handshake/server-handshake.ts'
export type { RequestHead, ResponseHead } from './handshake/start-line.ts'
export { parseSubprotocols, type SubprotocolChoice } from './handshake/subprotocol.ts'
export type {
  Compression,
  DeflateJob,
  Inflated,
  InflateJob,
} from './permessage-deflate/compression.ts'
export {
  clientAgreement,
  type DeflateAgreement,
  type DeflateContext,
  deflateNegotiator,
  deflateOffers,
  serverAgreement,
} from './permessage-deflate/negotiation.ts'
export {
  type DeflateDirection,
  type DeflateOptions,
  type DeflateSettings,
  resolveDeflate,
} from './permessage-deflate/options.ts'
export { PermessageDeflate } from './permessage-deflate/permessage-deflate.ts'
export type { MessageExtension } from './message-extension.ts'
export { SharedMessage } from './shared-message.ts'

/** The close codes that RFC 6455 §7.4.1 and the IANA registry name. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  noStatus: 1005,
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  mandatoryExtension: 1010,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badGateway: 1014,
  tlsHandshake: 1015,
} as const

/**
 * Whether `code` may stand in a close frame. 1004, 1005, 1006 and 1015 never do (RFC 6455 §7.4.1),
 * 0-999 are unused, 1016-2999 are unregistered, 3000-4999 belong to libraries and applications
 * (§7.4.2).
 */
export function isWireCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999
  if (code < 1000 || code > 1014) return false
  return code < 1004 || code > 1006
}

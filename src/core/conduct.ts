/**
 * What a side does where RFC 6455 leaves it free. Whoever stands in for another implementation takes over
 * its ways here; what is not said is Tidewire's own.
 */
export interface Conduct {
  /**
   * What text messages come as: strings, which fail at their first byte that is not UTF-8; bytes, which
   * are looked at when the message is whole; or bytes that nobody looks at.
   */
  readonly text: 'string' | 'bytes' | 'unchecked'
  /** Whether a message says where its fragments ended. */
  readonly marksFragments: boolean
  /** Whether pings are answered here (§5.5.3), and not by the owner. */
  readonly answersPings: boolean
  /** Whether the answer to a close frame repeats its reason as well as its code (§5.5.1). */
  readonly echoesReason: boolean
  /** Whether the close frame of a failed connection says what was wrong (§7.1.7). */
  readonly explainsFailure: boolean
  /** Whether a client, too, ends the transport at once after both close frames (§7.1.1). */
  readonly endsAtOnce: boolean
  /** Whether a pause outlasts `close`, so that what it holds back is still delivered. */
  readonly pausesWhileClosing: boolean
}

export const usualConduct: Conduct = {
  text: 'string',
  marksFragments: false,
  answersPings: true,
  echoesReason: false,
  explainsFailure: true,
  endsAtOnce: false,
  pausesWhileClosing: false,
}

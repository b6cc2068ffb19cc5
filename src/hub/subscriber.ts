import type { SharedMessage } from '../core/index.ts'

/**
 * What became of a message: given to the transport, waiting for a slow receiver, or not taken because
 * the receiver is closing or too slow.
 */
export type SendResult = 'sent' | 'buffered' | 'dropped'

/** Whatever can be a member of a topic. */
export interface Subscriber {
  /**
   * Takes a message in whichever of its forms it can; one that others take as well is made once. It must
   * not throw, must not change the bytes, and may leave topics, its own among them, while it is called.
   * @param topic The topic the message was published to.
   */
  deliver(message: SharedMessage, topic: string): SendResult
}

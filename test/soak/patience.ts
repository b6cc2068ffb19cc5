import { messageLimit } from './stamped-message.ts'

/**
 * What Tidewire is told at both ends. Where the machine is busy with other things an answer may take half a
 * minute, as in a soak at load 20 on two cores: what is looked for here is what is lost, not what is late, so
 * nothing ends for that.
 */
export const patient = {
  limits: {
    message: messageLimit,
    buffered: 4 << 20,
    handshakeTimeout: 200_000,
    closeTimeout: 200_000,
    frameTimeout: 200_000,
    outputTimeout: 200_000,
  },
  heartbeat: { interval: 20_000, timeout: 200_000 },
} as const

/** Milliseconds that a whole conversation may take; one that takes longer has lost something. */
export const patience = 300_000

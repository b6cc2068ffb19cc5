import type { Refusal } from '../core/index.ts'

/** hixie-76 §5.2. */
export const noChallenge: Refusal = {
  code: 'ERR_HANDSHAKE_KEY',
  status: 400,
  fields: [],
  body: 'the 8 bytes of the challenge behind the head did not come in time',
}

export const tooLate: Refusal = {
  code: 'ERR_UPGRADE_TIMEOUT',
  status: 503,
  fields: [],
  body: 'the server took too long to decide about this request',
}

export const failed: Refusal = {
  code: 'ERR_UPGRADE_FAILED',
  status: 500,
  fields: [],
  body: 'the server failed while it decided about this request',
}

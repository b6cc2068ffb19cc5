import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The secret in the URL of an inspector: whoever has it sees and does all that an inspector can. */
export class AccessToken {
  /** 192 bits, in characters that a URL takes as they are. */
  readonly text: string = randomBytes(24).toString('base64url')
  readonly #digest = digest(this.text)

  /** Whether it is this one, in a time that does not tell how much of it is right. */
  admits(text: string | null | undefined): boolean {
    return timingSafeEqual(digest(text ?? ''), this.#digest)
  }
}

/** Of one length for any text, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

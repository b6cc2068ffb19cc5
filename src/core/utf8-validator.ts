/**
 * Checks UTF-8 as it arrives (RFC 3629 §4), at any split of the bytes, so that a text message fails at
 * its first wrong byte and not only when it is whole (RFC 6455 §8.1).
 *
 * A lead byte says how many bytes follow and, for four of them, narrows the range of the next one:
 * that is what excludes overlong forms (E0, F0), surrogates (ED) and code points above U+10FFFF (F4).
 */
export class Utf8Validator {
  #owed = 0
  #low = 0x80
  #high = 0xbf

  /** Takes the next bytes; `false` when they cannot be UTF-8 whatever follows. */
  push(bytes: Uint8Array): boolean {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!
      if (this.#owed === 0) {
        if (byte < 0x80) continue
        if (!this.#lead(byte)) return false
      } else {
        if (byte < this.#low || byte > this.#high) return false
        this.#owed--
        this.#low = 0x80
        this.#high = 0xbf
      }
    }
    return true
  }

  #lead(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false
    this.#owed = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    if (byte === 0xe0) this.#low = 0xa0
    else if (byte === 0xed) this.#high = 0x9f
    else if (byte === 0xf0) this.#low = 0x90
    else if (byte === 0xf4) this.#high = 0x8f
    return true
  }
}

import { constants, inflateRawSync } from 'node:zlib'

/**
 * Inflates a whole stream at once, for the recorder of messages.
 * @param window What it may refer back to.
 * @returns `undefined` when it is no such stream, or longer than `most`.
 */
export function inflateWhole(
  deflated: Uint8Array,
  window: Uint8Array,
  most: number,
): Uint8Array | undefined {
  try {
    const bytes = inflateRawSync(deflated, {
      ...(window.length > 0 && { dictionary: window }),
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: most,
    })
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } catch {
    return undefined
  }
}

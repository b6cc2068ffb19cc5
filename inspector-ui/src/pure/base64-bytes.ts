/** The bytes of base64 (RFC 4648 §4); undefined where it is none. */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** In pieces, because a call takes only so many arguments. */
export function bytesBase64(bytes: Uint8Array): string {
  let characters = ''
  for (let from = 0; from < bytes.length; from += 0x8000) {
    characters += String.fromCharCode(...bytes.subarray(from, from + 0x8000))
  }
  return btoa(characters)
}

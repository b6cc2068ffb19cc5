const least = 65_536

/**
 * The bytes of a stream in pieces of 64 KiB or more, and what is left: a peer takes only so many
 * fragments of a message (Tidewire 1,024), and a program may write its output byte by byte.
 */
export async function* bytePieces(
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of input) {
    chunks.push(chunk)
    length += chunk.length
    if (length < least) continue
    yield joined(chunks)
    chunks = []
    length = 0
  }
  if (length > 0) yield joined(chunks)
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

import type { Socket as NetSocket } from 'node:net'

/**
 * Writes what has gathered for a socket in one write: a system call costs more than the copy of small frames.
 * @param length Bytes of all chunks.
 * @param copyUpTo Up to so many bytes are copied into one buffer.
 */
export function writeChunks(
  socket: NetSocket,
  chunks: readonly Uint8Array[],
  length: number,
  copyUpTo: number,
): void {
  // What has to queue up is copied: a few bytes of the slab would keep all of it alive meanwhile.
  const queues = socket.writableLength > 0
  if (chunks.length === 1 && !(queues && length <= copyUpTo)) {
    socket.write(chunks[0]!)
  } else if (length <= copyUpTo) {
    if (length > 0) socket.write(Buffer.concat(chunks, length))
  } else {
    socket.cork()
    for (const chunk of chunks) socket.write(chunk)
    socket.uncork()
  }
}

import type { Socket as NetSocket } from 'node:net'

/** Told what became of bytes that were to be written. */
export type Written = (error?: Error | null) => void

/**
 * Writes what has gathered for a socket in one write: a system call costs more than the copy of small frames.
 * @param length Bytes of all chunks.
 * @param copyUpTo Up to so many bytes are copied into one buffer.
 * @param done Told when the system has taken all of it, or will not.
 */
export function writeChunks(
  socket: NetSocket,
  chunks: readonly Uint8Array[],
  length: number,
  copyUpTo: number,
  done?: Written,
): void {
  // What has to queue up is copied: a few bytes of the slab would keep all of it alive meanwhile.
  const queues = socket.writableLength > 0
  if (chunks.length === 1 && !(queues && length <= copyUpTo)) {
    socket.write(chunks[0]!, done)
  } else if (length <= copyUpTo) {
    if (length > 0) socket.write(Buffer.concat(chunks, length), done)
  } else {
    socket.cork()
    const last = chunks.length - 1
    for (let i = 0; i < last; i++) socket.write(chunks[i]!)
    socket.write(chunks[last]!, done)
    socket.uncork()
  }
}

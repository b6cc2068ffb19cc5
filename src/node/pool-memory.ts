/**
 * Bytes that compression may take in the thread pool at one time, for the whole process. Without a bound
 * 10,000 messages of 64 KiB at a time have 10,000 states of zlib, of 256 KiB each, for the four threads.
 */
const limit = 64 << 20

let inUse = 0
const waiting: { readonly bytes: number; readonly start: (release: () => void) => void }[] = []

/**
 * Calls `start` when the process has `bytes` to spare for it; work larger than the limit waits to be
 * alone. It goes in order, or small work would pass by large work for ever.
 */
export function reservePoolMemory(bytes: number, start: (release: () => void) => void): void {
  waiting.push({ bytes, start })
  startWaiting()
}

function startWaiting(): void {
  for (let [next] = waiting; next; [next] = waiting) {
    const { bytes, start } = next
    if (inUse > 0 && inUse + bytes > limit) return
    waiting.shift()
    inUse += bytes
    start(() => {
      inUse -= bytes
      startWaiting()
    })
  }
}

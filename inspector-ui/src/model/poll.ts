/**
 * Runs `task` at once and then every `interval` milliseconds, but only while the page is visible; one
 * run at a time. Gives a function that stops it and aborts a run under way.
 */
export function poll(task: (signal: AbortSignal) => Promise<void>, interval: number): () => void {
  const stop = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false

  async function run(): Promise<void> {
    if (running || stop.signal.aborted || document.hidden) return
    clearTimeout(timer)
    running = true
    await task(stop.signal).catch(() => {})
    running = false
    if (!stop.signal.aborted) timer = setTimeout(() => void run(), interval)
  }

  document.addEventListener('visibilitychange', () => void run(), { signal: stop.signal })
  void run()
  return () => {
    clearTimeout(timer)
    stop.abort()
  }
}

/**
 * What every server is told, as JSON in its first argument: `message` is the largest message it must take
 * (by default its own default), and `deflate` is false, 'default' (as the contender turns compression on),
 * 'fresh' (no context takeover), 'takeover', or 'narrow' (takeover, windows of 4 KiB). `port` is 0 unless
 * several processes share one, and `reusePort` asks the kernel to spread connections over them.
 */
export const {
  deflate = false,
  message,
  port = 0,
  reusePort = false,
} = JSON.parse(process.argv[2] ?? '{}')

/** Tells the process that started this one where to connect. */
export const listening = (bound) => console.log(bound)

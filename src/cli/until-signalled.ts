const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * npm hands a signal on to its script, which for Ctrl-C has had it from the terminal already: within
 * this many milliseconds it is the same one.
 */
const echoTime = 500

/** Resolves at the first SIGINT or SIGTERM. A second one gets what it would have without us: the end, at once. */
export function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    const release = (): void => {
      for (const signal of signals) process.off(signal, onSignal)
    }
    const onSignal = (): void => {
      resolve()
      if (process.env['npm_lifecycle_event'] === undefined) release()
      else setTimeout(release, echoTime).unref()
    }
    for (const signal of signals) process.on(signal, onSignal)
  })
}

import { deferred } from './deferred.ts'

/** `promise`, unless `signal` is aborted first: its reason then. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal?: AbortSignal,
): Promise<Value> {
  if (!signal) return promise
  signal.throwIfAborted()
  const { promise: abortion, reject } = deferred<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([promise, abortion])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

import { setPriority } from 'node:os'

/**
 * Lets a process go before whatever else the machine has to do: the figures are to tell of the server, not
 * of its neighbours. Only root may.
 */
export function givePrecedence(pid: number): void {
  try {
    setPriority(pid, -10)
  } catch {
    // Then the latencies are those of a machine that is shared.
  }
}

import { UsageError } from './command.ts'

/**
 * A TCP port that an option was given.
 * @throws {UsageError}
 */
export function portOf(option: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new UsageError(`${option} ${text}: expected a number from 0 to 65535`)
}

/**
 * An address to listen on.
 * @throws {UsageError}
 */
export function hostnameOf(host: string): string {
  // The system takes an empty address for all addresses, which nobody means who has an empty variable.
  if (host === '') throw new UsageError('--host is empty: expected an address such as 127.0.0.1')
  return host.replace(/^\[(.*)\]$/, '$1')
}

/** Whether only this machine can connect to an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
}

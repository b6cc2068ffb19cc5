import { checkOrigin, checkServerPolicy, defaultLimits } from '../core/index.ts'
import type { OriginPolicy } from '../node/index.ts'

/**
 * The policy of `--origin`: those pages come in as well as the server's own.
 * @throws {OptionError} for what is no origin.
 */
export function originPolicy(allowed: readonly string[]): OriginPolicy {
  if (allowed.length === 0) return 'same-origin'
  if (allowed.includes('*')) return '*'
  checkServerPolicy({ origins: allowed, protocols: [], limits: defaultLimits })
  return (_origin, fields) =>
    [allowed, 'same-origin' as const].some((policy) => checkOrigin(fields, policy) === undefined)
}

import type { Finding } from '../verdict.ts'

/** RFC 6455 §5.3: a new key for each frame, and no way to guess it. What can be seen of that is statistics. */
export function maskKeyFindings(keys: readonly number[]): Finding[] {
  const distinct = new Set(keys).size
  const findings: string[] = []
  if (keys.length < 2) findings.push(`only ${keys.length} masked frames came`)
  if (distinct < keys.length) {
    findings.push(`${keys.length} frames with ${distinct} different masking keys`)
  }
  if (keys.includes(0)) findings.push('a masking key of zeros')
  const steps = new Set(keys.slice(1).map((key, at) => (key - keys[at]!) >>> 0))
  if (keys.length > 3 && distinct > 1 && steps.size === 1) findings.push('the keys are a sequence')
  return findings.map((text) => ({ severity: 'informational', text }))
}

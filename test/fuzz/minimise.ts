import { concat } from './bytes.ts'

/**
 * A shorter input that still `keeps` what matters about `input`: ever smaller stretches are left out,
 * from the end to the beginning, until `tries` are used up.
 */
export async function minimise(
  input: Uint8Array,
  keeps: (candidate: Uint8Array) => boolean | Promise<boolean>,
  tries: number,
): Promise<Uint8Array> {
  let best = input
  for (let size = Math.ceil(best.length / 2); size > 0; size = size === 1 ? 0 : size >> 1) {
    for (let from = best.length - size; from > -size; from -= size) {
      if (tries-- <= 0) return best
      const start = Math.max(0, from)
      const candidate = concat(best.subarray(0, start), best.subarray(from + size))
      if (candidate.length < best.length && (await keeps(candidate))) best = candidate
    }
  }
  return best
}

/**
 * Ways that are there for speed only. Each has a plain one beside it that does the same (`small-deflate`: in
 * other bytes, which inflate to the same).
 */
export type FastPath =
  | 'shared-read'
  | 'wasm-unmask'
  | 'small-deflate'
  | 'first-request'
  | 'zlib-dictionary'

/** For the tests: `TIDEWIRE_WITHOUT=shared-read` goes that way plainly, `all` each of them. */
const off = new Set(process.env['TIDEWIRE_WITHOUT']?.split(','))

export function isOn(path: FastPath): boolean {
  return !off.has(path) && !off.has('all')
}

/** A fault behind one condition after the other, for the test of the engine. */
export function lock(input: Uint8Array): void {
  if (input[0] !== 0x74) return
  if (input[1] !== 0x69) return
  if (input[2] !== 0x64) return
  if (input[3] !== 0x65) return
  if (input[4] !== 0x21) return
  throw new Error('the lock is open')
}

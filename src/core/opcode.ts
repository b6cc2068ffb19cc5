/** What a frame is (RFC 6455 §5.2). 3-7 and 11-15 are reserved. */
export const Opcode = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const
export type Opcode = (typeof Opcode)[keyof typeof Opcode]

/** Control frames have the top bit of the opcode set (RFC 6455 §5.5). */
export function isControl(opcode: number): boolean {
  return opcode >= 8
}

const names: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
}

/** `text`, `ping`, ... or `reserved 0x3`. */
export function opcodeName(opcode: number): string {
  return names[opcode] ?? `reserved 0x${opcode.toString(16)}`
}

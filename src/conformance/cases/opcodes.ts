import type { Case } from '../case.ts'
import { echo, fails, chopped, ping, type Row, send, table, text } from './script.ts'

const hello = 'Hello, world!'

/** For each reserved opcode: alone, with a payload, and behind a message. */
function rows(opcodes: readonly number[]): Row[] {
  return opcodes.map((opcode, at): Row => {
    const name = `opcode ${opcode}`
    if (at === 0) {
      return { title: `${name}, empty`, script: [send({ opcode })], expects: fails(1002) }
    }
    const reserved = { opcode, payload: at === 1 ? 'reserved opcode payload' : '' }
    if (at === 1) {
      return { title: `${name}, with payload`, script: [send(reserved)], expects: fails(1002) }
    }
    const frames = [text(hello), { opcode, payload: at === 3 ? hello : '' }, ping()]
    return {
      title: `text, then ${name}, then a ping${at === 4 ? ', byte by byte' : ''}`,
      script: [at === 4 ? chopped(1, ...frames) : send(...frames)],
      expects: fails(1002, echo('text', hello)),
    }
  })
}

/** Group 4: opcodes that mean nothing yet. */
export const opcodes: readonly Case[] = [
  ...table('4.1', 'RFC 6455 §5.2', rows([3, 4, 5, 6, 7])),
  ...table('4.2', 'RFC 6455 §5.2', rows([11, 12, 13, 14, 15])),
]

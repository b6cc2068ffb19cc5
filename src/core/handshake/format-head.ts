import { OptionError } from '../../errors/index.ts'
import { checkField, type FieldLine } from './header-fields.ts'

/** Fields that the handshake writes itself, or that would give a 101 or a GET a body. */
const owned = new Set(['connection', 'content-length', 'host', 'transfer-encoding', 'upgrade'])

/**
 * The whole head of an HTTP/1.1 message, up to and with its blank line. Every head that Tidewire sends
 * is written here, so that no value can smuggle a line of its own into one.
 * @throws OptionError when a field is malformed
 */
export function formatHead(startLine: string, fields: Iterable<FieldLine>): string {
  let head = `${startLine}\r\n`
  for (const [name, value] of fields) {
    checkField(name, value)
    head += `${name}: ${value}\r\n`
  }
  return `${head}\r\n`
}

/**
 * Refuses extra fields that the handshake itself answers for.
 * @throws OptionError
 */
export function checkExtraFields(fields: Iterable<FieldLine>): void {
  for (const [name] of fields) {
    const lower = name.toLowerCase()
    if (owned.has(lower) || /^(sec-)?websocket-/.test(lower)) {
      throw new OptionError('fields', name, 'no field that the handshake writes itself')
    }
  }
}

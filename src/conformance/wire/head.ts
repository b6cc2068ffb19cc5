import { createHash, randomBytes } from 'node:crypto'
import { HeaderFields } from '../../core/index.ts'
import type { HeadEdit } from '../case.ts'

/** A request or a response head, read generously: what is wrong with it is for a case to say. */
export interface Head {
  readonly start: string
  readonly fields: HeaderFields
  /** Its Sec-WebSocket-Key has been used before. */
  readonly seenKey?: boolean
}

export type FieldSet = Readonly<Record<string, string | readonly string[] | undefined>>

export function parseHead(text: string): Head {
  const [start = '', ...lines] = text.split(/\r?\n/)
  const fields = new HeaderFields()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  return { start, fields }
}

/** A head with the changes that a case makes to it. */
export function writeHead(start: string, plain: FieldSet, edit: HeadEdit = {}): string {
  const lines = Object.entries({ ...plain, ...edit.fields }).flatMap(([name, value]) => {
    const values = value === undefined ? [] : typeof value === 'string' ? [value] : value
    return values.map((one) => `${name}: ${one}`)
  })
  const head = [edit.start ?? start, ...lines, ...(edit.lines ?? [])].join('\r\n')
  const whole = `${edit.before ?? ''}${head}\r\n\r\n${edit.after ?? ''}`
  return edit.cut === undefined ? whole : whole.slice(0, edit.cut)
}

export function makeKey(): string {
  return randomBytes(16).toString('base64')
}

/** RFC 6455 §4.2.2 item 5.4. */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

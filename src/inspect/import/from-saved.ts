import { fromHar } from './from-har.ts'
import { fromJsonLines } from './from-json-lines.ts'
import type { Imported, ImportPorts } from './imported.ts'

/**
 * A saved session, whichever of both `text` is: a HAR, or the lines of {@link toJsonLines}.
 * @throws {TidewireError} as `fromHar` and `fromJsonLines` do.
 */
export function fromSaved(text: string, ports: ImportPorts): Imported {
  const json = wholeJson(text)
  return json === undefined || isLine(json)
    ? fromJsonLines(text.split('\n'), ports)
    : fromHar(json, ports)
}

function wholeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A session may be one line, which is JSON by itself. */
function isLine(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'type' in json
}

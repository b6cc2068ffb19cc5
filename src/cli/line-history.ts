import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

/** Lines that are kept. */
const most = 1000
/** Characters of a line that is kept. */
const longest = 4096

/** What a secret is usually called, and how a token of RFC 7519 begins. */
const secret =
  /pass(?:word|wd|phrase)|secret|token|api[_-]?key|authorization|credential|cookie|bearer|\beyJ[\w-]{8}/i

/**
 * The lines that were entered, in a file that only its owner can read. Those that begin with a space, as in
 * a shell, and those that look as if a secret were in them are not kept.
 */
export class LineHistory {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** The latest lines, the latest first; none where there is no file. */
  read(): string[] {
    const lines = this.#lines()
    if (lines.length > 2 * most) this.#trim(lines.slice(-most))
    return lines.slice(-most).toReversed()
  }

  add(line: string): void {
    if (line === '' || line.startsWith(' ') || line.length > longest || secret.test(line)) return
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 })
      appendFileSync(this.#file, `${line}\n`, { mode: 0o600 })
    } catch {
      // Whoever cannot write there still has the history of this session.
    }
  }

  #lines(): string[] {
    try {
      return readFileSync(this.#file, 'utf8').split('\n').filter(Boolean)
    } catch {
      return []
    }
  }

  #trim(lines: readonly string[]): void {
    try {
      const next = `${this.#file}.${process.pid}`
      writeFileSync(next, `${lines.join('\n')}\n`, { mode: 0o600 })
      renameSync(next, this.#file)
    } catch {
      // The next session may do it.
    }
  }
}

/**
 * The file of the history: in the XDG state folder, or where TIDEWIRE_HISTORY says; `undefined` where that
 * is empty.
 */
export function historyFile(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { TIDEWIRE_HISTORY: file, XDG_STATE_HOME: state = '' } = env
  if (file !== undefined) return file === '' ? undefined : file
  // XDG Base Directory Specification: a relative path means nothing.
  const folder = isAbsolute(state) ? state : join(homedir(), '.local', 'state')
  return join(folder, 'tidewire', 'connect-history')
}

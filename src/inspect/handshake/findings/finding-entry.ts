/** `wrong` keeps the connection from coming about, or breaks a MUST; `unusual` is worth a look. */
export type FindingLevel = 'wrong' | 'unusual'

export interface FindingEntry {
  readonly level: FindingLevel
  /** What it means, in one sentence. */
  readonly meaning: string
  /** What to do about it. */
  readonly remedy: string
  /** Where it is written, such as `RFC 6455 §4.1`. */
  readonly clause: string
}

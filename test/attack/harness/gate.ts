/** What a figure must be. */
export interface Gate {
  readonly expected: string
  readonly admits: (value: number | string | undefined) => boolean
  /** Whether it depends on the speed of the machine: CI prints it and does not fail. */
  readonly ofTime: boolean
}

/** A gate with the figure that came to it. */
export interface Judged {
  readonly figure: string
  readonly value: number | string | undefined
  readonly expected: string
  readonly passed: boolean
  readonly ofTime: boolean
}

/** What a peer does not tell is not held against it. */
export const notKnown = 'not known'

export function is(expected: number | string): Gate {
  const admits = (value: unknown): boolean => value === notKnown || value === expected
  return { expected: String(expected), admits, ofTime: false }
}

export function atMost(limit: number): Gate {
  const admits = (value: unknown): boolean => value === notKnown || Number(value) <= limit
  return { expected: `<= ${Math.round(limit * 100) / 100}`, admits, ofTime: false }
}

/** Of time: not for CI, where the machine is shared. */
export function within(limit: number): Gate {
  return { ...atMost(limit), ofTime: true }
}

export function judge(
  figures: Readonly<Record<string, number | string>>,
  gates: Readonly<Record<string, Gate>>,
): Judged[] {
  return Object.entries(gates).map(([figure, { expected, admits, ofTime }]) => {
    const value = figures[figure]
    return { figure, value, expected, passed: admits(value), ofTime }
  })
}

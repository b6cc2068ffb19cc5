/** How text can be shown at a terminal. */
export type Painted = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

export type Paint = (how: Painted, text: string) => string

const codes: Readonly<Record<Painted, readonly [on: number, off: number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
}

/**
 * Paints for a terminal, unless NO_COLOR is set: present and not empty, whatever its value
 * (https://no-color.org). Text for a pipe stays as it is.
 */
export function painter(terminal: boolean, env: NodeJS.ProcessEnv = process.env): Paint {
  if (!terminal || env['NO_COLOR']) return (_, text) => text
  return (how, text) => {
    const [on, off] = codes[how]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }
}

import type { Command } from './command.ts'
import type { Flags } from './flags.ts'
import { wrapped } from './wrapped.ts'

/** What `--help` says of a command. */
export interface Manual {
  /** Such as `connect`. */
  readonly name: string
  readonly summary: string
  /** What follows the name of the command, and what it does: several where there are several ways. */
  readonly usage: readonly (readonly [form: string, meaning?: string])[]
  /** Options, each group under its title; `''` for none. */
  readonly options: readonly (readonly [title: string, flags: Flags])[]
  /** What else there is to know; paragraphs are laid out, lines that are indented stay as they are. */
  readonly details?: string
  readonly examples: readonly string[]
  /** Such as `0 done, 2 wrong usage`. */
  readonly exitCodes: string
}

const width = 100
/** Options that are wider have their text on the next line. */
const widest = 22

/** A command whose `--help` is this manual. */
export function documented(manual: Manual, run: Command['run']): Command {
  const { name, summary, options } = manual
  const flags = options.flatMap(([, group]) => Object.entries(group))
  const words = flags.flatMap(([flag, one]): [string, readonly string[]][] =>
    one.type === 'string' && one.words?.length ? [[flag, one.words]] : [],
  )
  return { name, summary, help: manualText(manual), words: new Map(words), run }
}

function manualText(manual: Manual): string {
  const { name, summary, usage, options, details, examples, exitCodes } = manual
  return [
    `tidewire ${name}: ${summary}`,
    usageText(name, usage),
    ...options.map(([title, flags]) => (title === '' ? '' : `${title}\n\n`) + flagLines(flags)),
    ...(details === undefined ? [] : [paragraphs(details)]),
    `Examples:\n${examples.map((line) => `  ${line}`).join('\n')}`,
    wrapped(`Exit codes: ${exitCodes}.`, 0, width).join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

function usageText(name: string, usage: Manual['usage']): string {
  const forms = usage.map(([form, meaning = '']) => [`tidewire ${name} ${form}`, meaning] as const)
  const column = Math.max(...forms.map(([form]) => form.length))
  const lines = forms.map(([form, meaning]) => `${form.padEnd(column)}  ${meaning}`.trimEnd())
  return `Usage: ${lines.join('\n       ')}`
}

function flagLines(flags: Flags): string {
  const shown = Object.entries(flags).map(([name, flag]) => {
    const form = flag.type === 'boolean' ? `--${name}` : `--${name} ${flag.value}`
    return [form, flag.help] as const
  })
  const column = Math.max(
    ...shown.map(([form]) => form.length).filter((length) => length <= widest),
    0,
  )
  return shown
    .map(([form, help]) => {
      const text = wrapped(help, column + 4, width).join('\n')
      return form.length > column
        ? `  ${form}\n${text}`
        : `  ${form.padEnd(column)}  ${text.trimStart()}`
    })
    .join('\n')
}

function paragraphs(text: string): string {
  return text
    .trim()
    .split('\n\n')
    .map((paragraph) =>
      // What is indented is a table.
      /^ /m.test(paragraph)
        ? paragraph
        : wrapped(paragraph.replaceAll('\n', ' '), 0, width).join('\n'),
    )
    .join('\n\n')
}

import { type Command, ExitCode, UsageError } from './command.ts'
import { documented, type Manual } from './manual.ts'

const manual: Manual = {
  name: 'completion',
  summary: 'prints a script that completes commands and options in your shell',
  usage: [['<shell>', 'prints the script for bash, zsh or fish']],
  options: [],
  examples: [
    'tidewire completion bash > ~/.local/share/bash-completion/completions/tidewire',
    'tidewire completion zsh > "${fpath[1]}/_tidewire"',
    'tidewire completion fish > ~/.config/fish/completions/tidewire.fish',
  ],
  exitCodes: '0 printed, 2 wrong usage',
}

/** Writes the script of a shell for these commands. */
type Script = (commands: readonly Completed[]) => string

/** A command, as far as a shell wants to know it. */
interface Completed {
  readonly name: string
  readonly summary: string
  /** Such as `--json`. */
  readonly options: readonly string[]
  /** The words that options may have as values. */
  readonly words: readonly (readonly [option: string, words: string])[]
}

/** @param commands The others: their `--help` says what they take. */
export function completionCommand(commands: readonly Command[]): Command {
  return documented(manual, ([shell, ...more]) => {
    const script = scripts.get(shell ?? '')
    if (!script || more.length > 0) {
      const known = [...scripts.keys()].join(', ')
      const got = shell === undefined ? 'none' : [shell, ...more].join(' ')
      const message = `completion takes one shell of ${known}, got ${got}`
      return Promise.reject(new UsageError(message))
    }
    process.stdout.write(script(commands.map(completed)))
    return Promise.resolve(ExitCode.done)
  })
}

function completed({ name, summary, help: text, words }: Command): Completed {
  const options = [...text.matchAll(/(?<=^.*\s)--[a-z][a-z-]*/gm)].map(([option]) => option)
  return {
    name,
    summary,
    options: [...new Set([...options, '--help'])],
    words: [...words].map(([option, list]) => [`--${option}`, list.join(' ')]),
  }
}

const scripts: ReadonlyMap<string, Script> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
])

function bash(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const cases = commands.map(({ name, options }) => `    ${name}) words='${options.join(' ')}' ;;`)
  const values = wordCases(commands, (words) => `words='${words}'`)
  return `_tidewire() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words='${names} --help --version' ;;
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${values}
  esac
  [ "$COMP_CWORD" -eq 1 ] && words='${names} --help --version'
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tidewire tidewire
`
}

/** What a shell does behind each option whose values are known. */
function wordCases(commands: readonly Completed[], offer: (words: string) => string): string {
  return commands
    .flatMap(({ name, words }) =>
      words.map(([option, list]) => `    '${name} ${option}') ${offer(list)} ;;`),
    )
    .join('\n')
}

function zsh(commands: readonly Completed[]): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`)
  const cases = commands.map(
    ({ name, options }) => `    ${name}) compadd -- ${options.join(' ')} ;;`,
  )
  const values = wordCases(commands, (words) => `compadd -- ${words}; return`)
  return `#compdef tidewire
local -a commands
if (( CURRENT == 2 )); then
  commands=(
${names.join('\n')}
  )
  _describe command commands
  return
fi
case "$words[2] $words[CURRENT-1]" in
${values}
esac
if [[ $words[CURRENT] == -* ]]; then
  case $words[2] in
${cases.join('\n')}
  esac
else
  _files
fi
`
}

function fish(commands: readonly Completed[]): string {
  const first = '__fish_use_subcommand'
  const lines = commands.flatMap(({ name, summary, options, words }) => [
    `complete -c tidewire -n ${first} -a ${name} -d '${quoted(summary)}'`,
    ...options.map((option) => {
      const values = words.find(([one]) => one === option)?.[1]
      const line = `complete -c tidewire -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`
      return values === undefined ? line : `${line} -x -a '${values}'`
    }),
  ])
  return `${lines.join('\n')}\n`
}

/** For single quotes; in zsh a colon ends the name that is described. */
function quoted(text: string): string {
  return text.replaceAll("'", '').replaceAll(':', ',')
}

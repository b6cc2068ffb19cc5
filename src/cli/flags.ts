/** An option that is there or not. */
export interface Switch {
  readonly type: 'boolean'
  readonly default: false
  /** What `--help` says of it. */
  readonly help: string
}

/** An option with a value. */
export interface Value {
  readonly type: 'string'
  /** Stands for the value in `--help`, such as `<file>`. */
  readonly value: string
  readonly help: string
  /** The words that it may be, or may be among others, for a shell to complete. */
  readonly words?: readonly string[]
}

/** An option with a value that it has without being given. */
export interface Defaulted extends Value {
  readonly default: string
}

/** An option that may be given several times. */
export interface Values extends Value {
  readonly multiple: true
  readonly default: string[]
}

/** The options of a command by name: how they are read, what `--help` says and what a shell completes. */
export type Flags = Readonly<Record<string, Switch | Value | Defaulted | Values>>

export function on(help: string): Switch {
  return { type: 'boolean', default: false, help }
}

export function value(form: string, help: string, words: readonly string[] = []): Value {
  return { type: 'string', value: form, help, words }
}

/** The default is shown behind the help. */
export function defaulted(
  form: string,
  preset: string,
  help: string,
  words: readonly string[] = [],
): Defaulted {
  return { type: 'string', value: form, default: preset, help: `${help} (${preset})`, words }
}

export function values(form: string, help: string, words: readonly string[] = []): Values {
  return { type: 'string', multiple: true, default: [], value: form, help, words }
}

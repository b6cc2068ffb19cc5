import { OptionError } from '../../errors/index.ts'
import { parseAuthority } from './authority.ts'
import { quoted } from './quoted.ts'

/**
 * Which names of a server its clients may use in Host. A page of another site can have its own name point
 * to this machine once it is loaded (DNS rebinding): then it is of the same origin as everything here, and
 * only the name gives it away.
 * - `'*'`: any.
 * - a list of names such as `app.example`, or `*.app.example` for all below it. Besides, and with an empty
 *   list alone: `localhost` and what ends with it, and addresses, for nobody can point those elsewhere.
 */
export type HostPolicy = '*' | readonly string[]

const address = /^(\[.*\]|\d{1,3}(\.\d{1,3}){3})$/

/** Why the policy refuses this value of Host; `undefined` when it lets it in. */
export function checkHost(value: string, policy: HostPolicy): string | undefined {
  if (policy === '*') return undefined
  const { host = '' } = parseAuthority(value) ?? {}
  const known = ['localhost', '*.localhost', ...policy].some((name) => isNamed(host, name))
  if (known || address.test(host)) return undefined
  return `Host is ${quoted(value)}, which is no name of this server: its option hosts lists those that are`
}

/**
 * Refuses a list with an entry that is no name.
 * @throws {OptionError}
 */
export function checkHostPolicy(policy: HostPolicy): void {
  if (policy === '*') return
  for (const name of policy) {
    const authority = parseAuthority(name.replace(/^\*\./, ''))
    if (authority && authority.port === undefined && !name.endsWith(':')) continue
    throw new OptionError(
      'hosts',
      name,
      'a name such as app.example or *.app.example, without a port',
    )
  }
}

/** Whether `host` is `name`, or below it when that is `*.` and a name. Hosts are in lower case. */
export function isNamed(host: string, name: string): boolean {
  const wanted = name.toLowerCase()
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted
}

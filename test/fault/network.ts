import { execFileSync } from 'node:child_process'
import type { TestContext } from 'node:test'

/** A machine at the end of a cable, as far as the kernel is concerned: a network namespace of Linux. */
export interface RemoteMachine {
  /** What to put before a command so that it runs there. */
  readonly prefix: readonly string[]
  /** The address of this machine as that one sees it. */
  readonly ourAddress: string
  /** From here on packets vanish, in both directions and without a word. */
  unplug(): void
  plugIn(): void
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

let count = 0

/** A remote machine for one test. */
export function remoteMachine(t: TestContext): RemoteMachine {
  const number = ++count
  const name = `tw${process.pid}-${number}`
  const [ours, theirs] = [`${name}a`, `${name}b`]
  // Of the addresses for benchmarks (RFC 2544), which are nobody's.
  const net = `198.18.${process.pid % 256}.${number * 4}`
  const address = (host: number): string => net.replace(/\d+$/, String(number * 4 + host))
  t.after(() => ip('netns', 'del', name))
  ip('netns', 'add', name)
  ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs)
  ip('link', 'set', theirs, 'netns', name)
  ip('addr', 'add', `${address(1)}/30`, 'dev', ours)
  ip('link', 'set', ours, 'up')
  ip('-n', name, 'addr', 'add', `${address(2)}/30`, 'dev', theirs)
  ip('-n', name, 'link', 'set', theirs, 'up')
  return {
    prefix: ['ip', 'netns', 'exec', name],
    ourAddress: address(1),
    unplug: () => ip('-n', name, 'link', 'set', theirs, 'down'),
    plugIn: () => ip('-n', name, 'link', 'set', theirs, 'up'),
  }
}

/** Why there can be no remote machine here; `false` when there can. */
export function noRemoteMachine(): string | false {
  if (process.platform !== 'linux') return 'skipped because only Linux has network namespaces'
  if (process.getuid?.() !== 0) return 'skipped because only root can make network namespaces'
  const name = `tw${process.pid}-try`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return false
  } catch (error) {
    return `skipped because ip (Debian's iproute2) makes no network namespace: ${String(error)}`
  }
}

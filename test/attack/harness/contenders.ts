/** The servers that are attacked: Tidewire, and those it is compared with. */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const root = new URL('../../../', import.meta.url)
const debian = '/usr/bin/python3'

interface Contender {
  /** The program and its arguments, without the options. */
  readonly command: readonly string[]
  readonly version: () => string
}

const server = (file: string): string => fileURLToPath(new URL(`test/attack/servers/${file}`, root))
const packageVersion = (name: string) => (): string =>
  (require(name) as { version: string }).version

/**
 * V8's young generation grows by up to 48 MiB with what is garbage at once, by chance rather than by the attack: it
 * is kept small, so that growth is of what is held.
 */
const node = [process.execPath, '--expose-gc', '--max-semi-space-size=1']
const bun = fileURLToPath(new URL('node_modules/.bin/bun', root))

export const contenders: Readonly<Record<string, Contender>> = {
  tidewire: {
    command: [...node, server('tidewire.mjs')],
    version: packageVersion('../../../package.json'),
  },
  ws: { command: [...node, server('ws.mjs')], version: packageVersion('ws/package.json') },
  bun: { command: [bun, server('bun.mjs')], version: packageVersion('bun/package.json') },
  python: { command: [debian, '-I', server('python.py')], version: pythonVersion },
}

function pythonVersion(): string {
  const print = 'import websockets.version as v; print(v.version, end="")'
  return execFileSync(debian, ['-I', '-c', print], { encoding: 'utf8' })
}

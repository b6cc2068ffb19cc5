/**
 * What the tests need from the machine besides npm packages: the Node versions that Tidewire
 * supports, a browser, and Python's `websockets` as an independent peer.
 */
import { existsSync } from 'node:fs'
import { at, npm, run } from './setup.mjs'

export const nodeMajors = [20, 22, 24, 26]

/** The npm packages node-<platform>-<arch> carry the binary itself and need no download script. */
export function nodeBinary(major) {
  const carrier = `node-${process.platform.replace('win32', 'win')}-${process.arch}`
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  return { carrier, file: at(`.cache/node-${major}/node_modules/${carrier}/bin/${name}`) }
}

/** Puts every supported Node into .cache, once; resolves to their versions. */
export async function installNodes() {
  const versions = []
  for (const major of nodeMajors) {
    const { carrier, file } = nodeBinary(major)
    if (!existsSync(file)) {
      const prefix = at(`.cache/node-${major}`)
      await npm(['install', '--prefix', prefix, '--no-save', '--no-audit', `${carrier}@${major}`])
    }
    const { stdout } = await run(file, ['--version'])
    versions.push(stdout.trim())
  }
  return versions.join(', ')
}

/** Debian's names, a command that succeeds when the thing is there, and the tests that need it. */
const systemPackages = [
  { name: 'chromium', probe: ['chromium', '--version'], tests: 'test/browser' },
  {
    name: 'python3-websockets',
    probe: ['/usr/bin/python3', '-c', 'import websockets'],
    tests: 'test/interop (Python)',
  },
  // Of tinyproxy only the program: the package of that name starts a proxy on the machine.
  { name: 'tinyproxy-bin', probe: ['tinyproxy', '-v'], tests: 'test/interop (HTTP proxy)' },
  { name: 'microsocks', probe: ['which', 'microsocks'], tests: 'test/interop (SOCKS proxy)' },
  { name: 'tshark', probe: ['tshark', '--version'], tests: 'test/node (recordings)' },
  // Only root can make network namespaces; without them these tests say that they are skipped.
  ...(process.platform === 'linux' && process.getuid() === 0
    ? [{ name: 'iproute2', probe: ['ip', '-V'], tests: 'test/fault (peers that vanish)' }]
    : []),
]

/** Installs what is missing where that is possible; otherwise fails and names what cannot run. */
export async function installSystemPackages() {
  const missing = []
  for (const entry of systemPackages) {
    const there = await run(entry.probe[0], entry.probe.slice(1)).then(
      () => true,
      () => false,
    )
    if (!there) missing.push(entry)
  }
  if (missing.length === 0) return 'up to date'
  const names = missing.map(({ name }) => name)
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    const tests = missing.map((entry) => `${entry.tests} needs ${entry.name}`).join('; ')
    throw new Error(`these tests cannot run: ${tests} (as root on Debian they are installed)`)
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-q'], { env })
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env })
  return `installed ${names.join(', ')}`
}

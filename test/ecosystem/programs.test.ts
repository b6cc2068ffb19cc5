import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'
import { swappedTree } from './swapped-tree.ts'

/** Programs that nobody here wrote, as the files in programs/ use them, and what each is to be installed with. */
const programs: Record<string, readonly string[]> = {
  'socket-io': ['socket.io', 'socket.io-client'],
  'graphql-ws': ['graphql-ws', 'graphql'],
  'y-websocket': ['y-websocket', '@y/websocket-server', 'yjs'],
  mqtt: ['mqtt', 'aedes'],
  'fastify-websocket': ['fastify', '@fastify/websocket'],
  'express-ws': ['express', 'express-ws'],
  'webpack-dev-server': ['webpack', 'webpack-dev-server'],
  puppeteer: ['puppeteer-core'],
  trpc: ['@trpc/server', '@trpc/client'],
  jsdom: ['jsdom'],
  wscat: ['wscat'],
}

suite('an unchanged program says with Tidewire in the place of ws what it says with ws', () => {
  for (const [name, packages] of Object.entries(programs)) {
    test(name, async () => {
      const program = `test/ecosystem/programs/${name}.mjs`
      const tree = swappedTree(packages)
      try {
        const copy = join(tree.folder, `${name}.mjs`)
        copyFileSync(program, copy)
        assertSwapped(copy, packages)
        const expected = await run(program)
        assert.notEqual(expected, '')
        assert.equal(await run(copy), expected)
      } finally {
        tree.remove()
      }
    })
  }
})

/** The program and each of its packages find ours where they ask for ws. */
function assertSwapped(program: string, packages: readonly string[]): void {
  const { resolve } = createRequire(program)
  for (const name of [program, ...packages.flatMap((one) => resolve.paths(one)![0]!)]) {
    const manifest = createRequire(join(name, 'index.js'))('ws/package.json') as { name: string }
    assert.equal(manifest.name, '@tidewire/ws', name)
  }
}

async function run(program: string): Promise<string> {
  // Without color, and without what npm tells the programs that it runs.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' }
  const options = { env, timeout: 120_000, maxBuffer: 1 << 24 }
  const { stdout } = await promisify(execFile)(process.execPath, [program], options)
  return stdout
}

import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite, test } from 'node:test'
import { command, tsc } from './command.ts'

type Files = Record<string, string>

const reference = (...paths: string[]): string =>
  JSON.stringify({ references: paths.map((path) => ({ path })) })

/** A small repository in which everything is allowed. */
const sound: Files = {
  'package.json': '{ "devDependencies": { "ws": "8.0.0" } }',
  'tsconfig.json': reference('src/errors', 'src/core', 'src/node', 'src/cli', 'test/core'),
  'src/errors/index.ts': "export * from './errors.ts'\n",
  'src/errors/errors.ts': '// import it from "elsewhere"\nexport class Oops {}\n',
  'src/errors/tsconfig.json': reference(),
  'src/core/index.ts': "import { Oops } from '../errors/errors.ts'\nexport { Oops }\n",
  'src/core/tsconfig.json': reference('../errors'),
  'src/node/index.ts': "import net from 'node:net'\nexport * from '../core/index.ts'\n",
  'src/node/tsconfig.json': reference('../core'),
  'src/cli/main.ts': "import { Oops } from '../node/index.ts'\nawait import('node:fs')\n",
  'src/cli/tsconfig.json': reference('../node'),
  'test/core/x.test.ts': "import 'anything'\n",
  'test/core/tsconfig.json': reference('../../src/core'),
}

const violations: [name: string, change: Files, complaint: RegExp][] = [
  [
    'a layer that is not below',
    { 'src/core/deep/x.ts': "\nimport type { X } from '../../node/index.ts'\n" },
    /^src\/core\/deep\/x\.ts:2: imports node\/index\.ts; core may import errors$/m,
  ],
  [
    'an import over several lines, and one for its effects',
    { 'src/errors/x.ts': "import {\n  a,\n} from '../core/index.ts'\nimport '../core/a.ts'\n" },
    /x\.ts:3: imports core\/index\.ts; .*\n.*x\.ts:4: imports core\/a\.ts; errors may import no other/,
  ],
  [
    'a re-export',
    { 'src/errors/x.ts': "export { type X } from '../core/x.ts'\n" },
    /x\.ts:1: imports core\/x\.ts/,
  ],
  [
    'an import() in a type or an expression',
    {
      'src/core/x.ts': "type X = import('../cli/main.ts').X\nlet y = () => import('../hub/y.ts')\n",
    },
    /x\.ts:1: imports cli\/main\.ts.*\n.*x\.ts:2: imports hub\/y\.ts/,
  ],
  [
    'an import() that only a run can tell',
    { 'src/node/x.ts': 'export const load = (name: string) => import(name)\n' },
    /x\.ts:1: only import with a plain string/,
  ],
  [
    'require',
    { 'src/node/x.ts': "const ws = createRequire(import.meta.url)\nrequire('ws')\n" },
    /x\.ts:2: only import with a plain string/,
  ],
  [
    'a triple-slash reference',
    { 'src/core/x.ts': '/// <reference types="node" />\n' },
    /x\.ts:1: only import with a plain string/,
  ],
  [
    'a module of Node in the core',
    { 'src/core/x.ts': "import { createHash } from 'node:crypto'\n" },
    /x\.ts:1: imports node:crypto; core may import no package and no Node module/,
  ],
  [
    'a package',
    { 'src/node/x.ts': "import ws from 'ws'\n", 'src/cli/x.ts': "import fs from 'fs'\n" },
    /src\/cli\/x\.ts:1: imports fs; cli may import only Node's(.|\n)*src\/node\/x\.ts:1: imports ws/,
  ],
  [
    'a command that reaches past an entry point',
    { 'src/cli/x.ts': "import { Oops } from '../errors/errors.ts'\n" },
    /x\.ts:1: imports errors\/errors\.ts; cli may import only the index\.ts and inspector\/index\.ts of another layer/,
  ],
  [
    'a path out of src',
    { 'src/core/x.ts': "import x from '../../test/core/x.test.ts'\n" },
    /x\.ts:1: imports \.\.\/test\/core/,
  ],
  [
    'a layer that declares more than it may',
    { 'src/core/tsconfig.json': reference('../errors', '../node') },
    /src\/core\/tsconfig\.json: refers to node; core may import errors/,
  ],
  ['a layer without a rule', { 'src/extra/x.ts': '' }, /src\/extra: no rule/],
  ['a file beside the layers', { 'src/x.ts': '' }, /src\/x\.ts: belongs to no layer/],
  ['a file that is not .ts', { 'src/core/x.mts': '' }, /src\/core\/x\.mts: belongs to no layer/],
  ['a layer without a file', { 'src/hub/tsconfig.json': reference() }, /src\/hub: has no source/],
  [
    'a project that the root does not build',
    { 'test/hub/tsconfig.json': reference() },
    /tsconfig\.json: test\/hub is missing/,
  ],
  [
    'tests that no project compiles',
    { 'test/node/x.test.ts': '' },
    /test\/node: has sources but no tsconfig\.json/,
  ],
  ['a dependency', { 'package.json': '{ "dependencies": { "ws": "8" } }' }, /dependencies has ws/],
]

suite('the check of the layers', () => {
  test('passes when all is sound', async () => {
    const { code, output } = await check(sound)
    assert.equal(code, 0, output)
    assert.match(output, /^4 layers, 5 files, 6 imports: in order$/m)
  })

  for (const [name, change, complaint] of violations) {
    test(`complains of ${name}`, async () => {
      const { code, output } = await check({ ...sound, ...change })
      assert.equal(code, 1, output)
      assert.match(output, complaint)
    })
  }

  test('fails when there is nothing to look at', async () => {
    const nothing: Files = { 'package.json': '{}', 'src/README': '' }
    assert.match((await check(nothing)).output, /no file was looked at/)
    assert.match((await check({ 'package.json': '{}' })).output, /there is no folder/)
  })

  test('only warns of a long file', async () => {
    const { code, output } = await check({ ...sound, 'src/core/x.ts': '\n'.repeat(301) })
    assert.equal(code, 0, output)
    assert.match(output, /^warning: src\/core\/x\.ts: 301 lines/m)
  })
})

suite('the compiler', () => {
  const faults: [name: string, source: string, code: string][] = [
    ['a layer that is not declared', "export { x } from '../hub/x.ts'\n", 'TS6307'],
    ['a global of Node in the core', 'export const x: unknown = process\n', 'TS2591'],
    ['a global of browsers in the core', 'export const x: unknown = document\n', 'TS2584'],
  ]
  for (const [name, source, diagnostic] of faults) {
    test(`refuses ${name}`, async () => {
      const files = { 'src/core/x.ts': source, 'src/hub/x.ts': 'export const x = 1\n' }
      const { code, output } = await inTemporary(files, (folder) => {
        for (const file of ['tsconfig.base.json', 'src/core/tsconfig.json']) {
          copyFileSync(file, join(folder, file))
        }
        const references = 'src/errors'
        writeAll(folder, { [`${references}/x.ts`]: 'export const y = 1\n' })
        copyFileSync(`${references}/tsconfig.json`, join(folder, references, 'tsconfig.json'))
        return command(process.execPath, [tsc, '-b', 'src/core'], folder)
      })
      assert.notEqual(code, 0)
      assert.match(output, new RegExp(`src/core/x\\.ts.*${diagnostic}`))
    })
  }
})

function check(files: Files): ReturnType<typeof command> {
  return inTemporary(files, (folder) =>
    command(process.execPath, ['scripts/check-layers.mjs', folder]),
  )
}

async function inTemporary<T>(files: Files, body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-layers-'))
  try {
    writeAll(folder, files)
    return await body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function writeAll(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

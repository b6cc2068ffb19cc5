import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { after, suite, test } from 'node:test'
import { command, succeed, supportedNodes, tsc } from './command.ts'
import { installConsumer } from './consumer.ts'

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string
  exports: Record<string, string | { types: string; default: string }>
}
const entryPoints = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{ specifier: subpath.replace('.', 'tidewire'), ...target }],
)
const consumer = await installConsumer()
after(() => consumer.remove())

suite('the package has', () => {
  test('what is needed', () => {
    const needed = ['package.json', 'dist/cli/main.js', 'dist/cli/live/index.html']
    for (const { types, default: code } of entryPoints) needed.push(types.slice(2), code.slice(2))
    assert.deepEqual(
      needed.filter((file) => !consumer.files.includes(file)),
      [],
    )
  })

  test('nothing else', () => {
    const known = /^(dist|src)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/
    const unwanted = /tsbuildinfo|tsconfig|\.test\.|node_modules/
    assert.deepEqual(
      consumer.files.filter((file) => !known.test(file) || unwanted.test(file)),
      [],
    )
  })

  test('no output without a source', () => {
    const outputs = consumer.files.filter((file) => /^dist\/(?!cli\/live\/).*\.js$/.test(file))
    const sources = outputs.map((file) => file.replace(/^dist/, 'src').replace(/js$/, 'ts'))
    assert.ok(sources.length > 0)
    assert.deepEqual(
      sources.filter((file) => !consumer.files.includes(file)),
      [],
    )
  })

  test('a map for every output, whose sources are inside the package', () => {
    const outputs = consumer.files.filter((file) =>
      /^dist\/(?!cli\/live\/).*\.(js|d\.ts)$/.test(file),
    )
    for (const file of outputs) {
      const path = join(consumer.installed, file)
      const [, name] = /\n\/\/# sourceMappingURL=(.+)\s*$/.exec(readFileSync(path, 'utf8')) ?? []
      assert.ok(name, `${file} names no map`)
      const map = JSON.parse(readFileSync(resolve(dirname(path), name), 'utf8')) as {
        sourceRoot?: string
        sources: string[]
      }
      assert.ok(map.sources.length > 0, file)
      for (const source of map.sources) {
        const target = resolve(dirname(path), map.sourceRoot ?? '', source)
        assert.match(relative(consumer.installed, target), /^src\//, file)
        assert.ok(existsSync(target), `${file} maps to ${source}, which is not there`)
      }
    }
  })

  test('no dependency', () => {
    assert.deepEqual(
      readdirSync(join(consumer.folder, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['tidewire'],
    )
  })
})

/** Names every export of every entry point, so that a missing file or export shows. */
const inventory = (load: (specifier: string) => string): string => `
  const found = {}
  ${entryPoints.map(({ specifier: name }) => `found['${name}'] = Object.keys(${load(name)}).sort()`).join('\n')}
  console.log(JSON.stringify(found))`

const echo = `
  const server = await serve({
    port: 0,
    message(socket, message) { socket.send(message) },
  })
  const socket = await connect(server.url.replace('http', 'ws'))
  socket.send('hello')
  socket.send(new Uint8Array([1, 2, 3]))
  const got = []
  for await (const message of socket) {
    got.push(typeof message === 'string' ? message : [...message])
    if (got.length === 2) break
  }
  await server.close()
  console.log(JSON.stringify(got))`

suite('the installed package works', async () => {
  const pinned = JSON.parse(readFileSync('test/dist/exports.json', 'utf8')) as Record<
    string,
    { values: string[] }
  >
  const expected = Object.fromEntries(
    Object.entries(pinned).map(([subpath, { values }]) => [
      subpath.replace('.', 'tidewire'),
      values,
    ]),
  )
  write(
    'inventory.mjs',
    inventory((name) => `await import('${name}')`),
  )
  write(
    'inventory.cjs',
    inventory((name) => `require('${name}')`),
  )
  write('echo.mjs', `import { connect, serve } from 'tidewire'\n${echo}`)
  write(
    'echo.cjs',
    `const { connect, serve } = require('tidewire')\n!async function () {${echo}}()`,
  )

  for (const { major, node } of supportedNodes()) {
    for (const kind of ['mjs', 'cjs']) {
      test(`every export, Node ${major}, ${kind}`, async () => {
        const found = JSON.parse(await runIn(node, `inventory.${kind}`)) as Record<string, string[]>
        // `require()` adds a marker of its own to what it makes of a module.
        for (const names of Object.values(found)) remove(names, '__esModule')
        // With CommonJS `tidewire/ws` is the class itself, as ws is, with all else in its properties.
        const states = kind === 'cjs' ? ['CLOSED', 'CLOSING', 'CONNECTING', 'OPEN', 'Server'] : []
        for (const state of states) remove(found['tidewire/ws']!, state)
        const ws = expected['tidewire/ws']!.filter((name) => kind === 'mjs' || !/^[dm]/.test(name))
        assert.deepEqual(found, { ...expected, 'tidewire/ws': ws })
      })

      test(`an echo, Node ${major}, ${kind}`, async () => {
        assert.deepEqual(JSON.parse(await runIn(node, `echo.${kind}`)), ['hello', [1, 2, 3]])
      })
    }
  }

  test('the command', async () => {
    const bin = join(consumer.folder, 'node_modules/.bin/tidewire')
    assert.match(await succeed(bin, ['--version'], consumer.folder), /\d+\.\d+\.\d+/)
  })
})

suite('the declarations compile in a strict project', () => {
  const every = entryPoints.map(({ specifier }) => specifier)
  const cases = [
    { name: 'on Node', specifiers: every, types: ['node'], lib: ['ES2023'] },
    {
      name: 'in a browser',
      specifiers: ['tidewire/core', 'tidewire/inspect', 'tidewire/testing'],
      types: [],
      lib: ['ES2023', 'DOM'],
    },
    { name: 'without Node or DOM', specifiers: ['tidewire/core'], types: [], lib: ['ES2023'] },
  ]
  for (const { name, specifiers, types, lib } of cases) {
    for (const module of ['Node16', 'NodeNext', 'ESNext']) {
      test(`${name}, ${module}`, async () => {
        const source = specifiers.map((specifier, index) => [
          `import * as module${index} from '${specifier}'`,
          `export const names${index}: readonly string[] = Object.keys(module${index})`,
          // Were the package without types, this would be `any` and the line below no error.
          `// @ts-expect-error: there is no such export`,
          `module${index}.thereIsNoSuchExport`,
        ])
        write('program.mts', source.flat().join('\n'))
        await compiles('program.mts', { module, lib, types })
      })
    }
  }

  test('in CommonJS, whose `tidewire/ws` is the class itself, as ws is', async () => {
    const required = every.map((specifier, i) => `import module${i} = require('${specifier}')`)
    const known = every.map((_, i) => `Object.keys(module${i})`)
    const ws = `import WebSocket = require('tidewire/ws')
      export const socket: WebSocket = new WebSocket('ws://127.0.0.1/')
      export const server: WebSocket.Server = new WebSocket.Server({ noServer: true })`
    write('program.cts', [...required, ws, `export const names = [${known.join(', ')}]`].join('\n'))
    await compiles('program.cts', { module: 'NodeNext', lib: ['ES2023'], types: ['node'] })
  })
})

/** Checks a program in the project with these options, and no others' types left out. */
async function compiles(
  file: string,
  { module, lib, types }: { module: string; lib: string[]; types: string[] },
): Promise<void> {
  const compilerOptions = {
    target: 'ES2023',
    module,
    moduleResolution: module === 'ESNext' ? 'Bundler' : module,
    lib,
    types,
    typeRoots: [resolve('node_modules/@types')],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  }
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }))
  const { code, output } = await command(process.execPath, [tsc, '-p', consumer.folder])
  assert.equal(code, 0, output)
}

function write(name: string, text: string): void {
  writeFileSync(join(consumer.folder, name), text)
}

function runIn(node: string, program: string): Promise<string> {
  return succeed(node, [program], consumer.folder)
}

function remove(names: string[], name: string): void {
  const index = names.indexOf(name)
  if (index >= 0) names.splice(index, 1)
}

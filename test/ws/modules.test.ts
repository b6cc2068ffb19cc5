import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const require = createRequire(import.meta.url)
type Module = Record<string, unknown> & { prototype: object }

const modules = ['ws', 'tidewire/ws']

suite('a program finds the same', () => {
  test('with require', () => {
    const [expected, actual] = modules.map((name) => require(name) as Module)
    assert.deepEqual(Object.keys(actual!).toSorted(), Object.keys(expected!).toSorted())
    assert.equal(actual!['WebSocket'], actual)
    assert.equal(actual!['Server'], actual!['WebSocketServer'])
    assert.equal(typeof actual, 'function')
    const kinds = (one: Module): unknown[] =>
      Object.entries(one)
        .map(([name, value]) => `${name} ${typeof value}`)
        .toSorted()
    assert.deepEqual(kinds(actual!), kinds(expected!))
  })

  test('with import', async () => {
    const [expected, actual] = await Promise.all(
      modules.map(async (name) => (await import(name)) as Module),
    )
    // That is what makes `require` give the class.
    const names = Object.keys(actual!).filter((name) => name !== 'module.exports')
    assert.deepEqual(names.toSorted(), Object.keys(expected!).toSorted())
    assert.equal(actual!['default'], require('tidewire/ws'))
    assert.equal(actual!['default'], actual!['WebSocket'])
  })

  test('in a class and its instances', () => {
    const faces = modules.map((name) => {
      const { prototype } = require(name) as Module
      const enumerable: string[] = []
      for (const key in prototype) enumerable.push(key)
      return enumerable.filter((key) => !key.startsWith('_')).toSorted()
    })
    // Methods of ws's EventEmitter are enumerable as well, and two that ws has put there itself.
    const own = faces.map((names) =>
      names.filter((name) => !/^(add|remove)EventListener$/.test(name)),
    )
    assert.deepEqual(own[1], own[0])
  })
})

suite('programs that are typed by @types/ws compile', () => {
  for (const name of ['esm.mts', 'cjs.cts']) {
    for (const module of modules) {
      test(`${name} with ${module}`, async () => {
        mkdirSync('.cache', { recursive: true })
        const folder = mkdtempSync(resolve('.cache/ws-types-'))
        try {
          copyFileSync(`test/ws/consumers/${name}`, join(folder, name))
          const source = readFileSync(join(folder, name), 'utf8')
          writeFileSync(join(folder, name), source.replaceAll("'ws'", `'${module}'`))
          const compilerOptions = {
            target: 'ES2023',
            module: 'NodeNext',
            strict: true,
            exactOptionalPropertyTypes: true,
            noEmit: true,
            skipLibCheck: true,
            types: ['node'],
          }
          writeFileSync(
            join(folder, 'tsconfig.json'),
            JSON.stringify({ compilerOptions, files: [name] }),
          )
          const result = await run(process.execPath, [
            resolve('node_modules/typescript/bin/tsc'),
            '-p',
            folder,
          ]).catch(({ stdout }: { stdout: string }) => ({ stdout }))
          assert.equal(result.stdout, '')
        } finally {
          rmSync(folder, { recursive: true })
        }
      })
    }
  }
})

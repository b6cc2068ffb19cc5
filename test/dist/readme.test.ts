import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { command, tsc } from './command.ts'

/** Inside the repository, so that `tidewire` is this package and its peers are the installed ones. */
const folder = '.cache/readme'

test('every program in README.md compiles against the package', async () => {
  assert.ok(existsSync('README.md'), 'there is no README.md')
  const programs = programsIn(readFileSync('README.md', 'utf8'))
  assert.ok(programs.length > 0, 'README.md has no ```ts block that starts with an import')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { line, text } of programs) writeFileSync(join(folder, `line-${line}.ts`), text)
  const config = {
    extends: resolve('tsconfig.base.json'),
    // A reader's program is neither a library nor free of variables that only show something.
    compilerOptions: {
      noEmit: true,
      composite: false,
      isolatedDeclarations: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: ['node'],
    },
    include: ['.'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { code, output } = await command(process.execPath, [tsc, '-p', folder])
  assert.equal(code, 0, `line-N.ts is the block that starts at line N of README.md\n${output}`)
})

/** The `ts` blocks that start with an import; the others are fragments. */
function programsIn(markdown: string): { line: number; text: string }[] {
  const blocks = [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)]
  return blocks
    .map((match) => ({
      line: markdown.slice(0, match.index).split('\n').length,
      text: match[1] ?? '',
    }))
    .filter(({ text }) => /^(\s*\/\/.*\n)*\s*import\b/.test(text))
}

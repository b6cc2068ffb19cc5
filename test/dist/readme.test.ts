import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { test } from 'node:test'
import { command, tsc } from './command.ts'

/** Inside the repository, so that `tidewire` is this package and its peers are the installed ones. */
const folder = '.cache/readme'

const documents = ['README.md', 'docs/client.md', 'docs/deflate.md', 'docs/runtimes.md']

test('every program in the documents compiles against the package', async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const document of documents) {
    assert.ok(existsSync(document), `there is no ${document}`)
    const programs = programsIn(readFileSync(document, 'utf8'))
    assert.ok(programs.length > 0, `${document} has no \`\`\`ts block that starts with an import`)
    const name = basename(document, '.md')
    for (const { line, text } of programs) {
      writeFileSync(join(folder, `${name}-line-${line}.ts`), text)
    }
  }
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
  assert.equal(code, 0, `NAME-line-N.ts is the block that starts at line N of NAME.md\n${output}`)
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

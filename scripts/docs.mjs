/**
 * `npm run docs` writes docs/errors.md from the catalogue of errors and docs/explain.md from that of
 * findings; `--check` only compares. Reads dist/, so build first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { catalogue } from '../dist/errors/index.js'
import { findingCatalogue } from '../dist/inspect/index.js'
import { at } from './setup.mjs'

const errors = `# Errors

<!-- Made by \`npm run docs\` from src/errors/catalogue.ts; edit that file. -->

Every error that Tidewire makes is a \`TidewireError\` with a \`code\` that stays the same within a major
version. The \`message\` is for people and may change.

${Object.entries(catalogue).map(errorSection).join('\n')}`

const explain = `# Findings of \`tidewire explain\`

<!-- Made by \`npm run docs\` from src/inspect/handshake/findings/; edit those files. -->

The handshake doctor names what it finds by a code that stays the same within a major version. What is
**wrong** keeps the connection from coming about, or breaks a MUST: the exit code is 1. What is **unusual**
is worth a look, and the handshake is sound all the same.

${Object.entries(findingCatalogue).map(findingSection).join('\n')}`

function errorSection([code, { meaning, remedy }]) {
  return `## ${code}\n\n${meaning}\n\n**What to do:** ${remedy}\n`
}

function findingSection([code, { level, meaning, remedy, clause }]) {
  return `## ${code}\n\n**${level}** (${clause}). ${meaning}\n\n**What to do:** ${remedy}\n`
}

write('docs/errors.md', 'src/errors/catalogue.ts', errors)
write('docs/explain.md', 'src/inspect/handshake/findings/', explain)

function write(name, source, text) {
  const file = at(name)
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text)
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name} is not what ${source} says; run \`npm run docs\``)
    process.exitCode = 1
  }
}

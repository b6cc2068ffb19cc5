/**
 * `npm run docs` writes docs/errors.md from the catalogue of errors, and `--check` only compares.
 * Reads dist/, so build first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { catalogue } from '../dist/errors/index.js'
import { at } from './setup.mjs'

const file = at('docs/errors.md')
const text = `# Errors

<!-- Made by \`npm run docs\` from src/errors/catalogue.ts; edit that file. -->

Every error that Tidewire makes is a \`TidewireError\` with a \`code\` that stays the same within a major
version. The \`message\` is for people and may change.

${Object.entries(catalogue).map(section).join('\n')}`

function section([code, { meaning, remedy }]) {
  return `## ${code}\n\n${meaning}\n\n**What to do:** ${remedy}\n`
}

if (!process.argv.includes('--check')) {
  writeFileSync(file, text)
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  console.error('docs/errors.md is not what src/errors/catalogue.ts says; run `npm run docs`')
  process.exitCode = 1
}

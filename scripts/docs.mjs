/**
 * `npm run docs` writes docs/errors.md from the catalogue of errors, docs/explain.md from that of findings
 * and docs/command-line.md from what `--help` says; `--check` only compares. Reads dist/, so build first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { commands } from '../dist/cli/commands.js'
import { catalogue } from '../dist/errors/index.js'
import { findingCatalogue } from '../dist/inspect/index.js'
import { table } from './markdown.mjs'
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

const commandLine = `# The command line

<!-- Made by \`npm run docs\` from src/cli/; edit that. -->

${table([['command', 'what it does'], ...commands.map(commandRow)])}
- **Exit codes** are 0 for done or sound, 1 for failed, faulty or different, 2 for wrong usage and 3 for what
  the other side did about it; each command says below what that means for it.
- **Results** go to stdout; what is wrong, progress and warnings go to stderr, a fault in one line that begins
  with \`tidewire:\`. In a pipe there is neither progress nor colour. Whoever stops reading stdout ends a
  command quietly.
- **Colours** are for terminals, and off where \`NO_COLOR\` is set.
- **\`--json\`** is for programs (of \`check\` it takes a file): members may be added within a major version, and
  none is taken away.
- What comes from elsewhere is shown without what would control a terminal: \`\\x1b\` and the like.

${commands.map(({ name, help }) => `## tidewire ${name}\n\n\`\`\`text\n${help}\`\`\`\n`).join('\n')}`

function commandRow({ name, summary }) {
  return [`[\`tidewire ${name}\`](#tidewire-${name})`, summary]
}

function errorSection([code, { meaning, remedy }]) {
  return `## ${code}\n\n${meaning}\n\n**What to do:** ${remedy}\n`
}

function findingSection([code, { level, meaning, remedy, clause }]) {
  return `## ${code}\n\n**${level}** (${clause}). ${meaning}\n\n**What to do:** ${remedy}\n`
}

write('docs/errors.md', 'src/errors/catalogue.ts', errors)
write('docs/explain.md', 'src/inspect/handshake/findings/', explain)
write('docs/command-line.md', 'src/cli/', commandLine)

function write(name, source, text) {
  const file = at(name)
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text)
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name} is not what ${source} says; run \`npm run docs\``)
    process.exitCode = 1
  }
}

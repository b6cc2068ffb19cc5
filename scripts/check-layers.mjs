/**
 * Checks what each layer imports: `node scripts/check-layers.mjs [folder]`. The compiler refuses an
 * undeclared layer (TS6307) and a Node global where there is no Node (TS2591); this also sees what
 * it cannot: imports of packages, a command that reaches past public entry points, a layer that
 * declares more than it may, and a project that the root tsconfig.json forgot to build.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, posix, relative, resolve } from 'node:path'
import { files, readJson, root } from './setup.mjs'

/** What each layer may import; design.md §3 has the drawing. `node` allows Node's own modules. */
const rules = {
  errors: { layers: [] },
  core: { layers: ['errors'] },
  hub: { layers: ['errors', 'core'] },
  testing: { layers: ['errors', 'core'] },
  inspect: { layers: ['errors', 'core'] },
  node: { layers: ['errors', 'core', 'hub', 'inspect'], node: true },
  ws: { layers: ['errors', 'core', 'node'], node: true, entryPoints: ['index.ts', 'transport.ts'] },
  runtimes: { layers: ['errors', 'core', 'hub'] },
  conformance: { layers: ['errors', 'core'], node: true },
  cli: {
    layers: ['errors', 'core', 'node', 'inspect', 'conformance'],
    node: true,
    entryPoints: ['index.ts', 'inspector/index.ts'],
  },
}
const maxLines = 300

const base = resolve(process.argv[2] ?? root)
const src = join(base, 'src')
const problems = []
const warnings = []
const count = { layers: 0, files: 0, imports: 0 }
const seen = new Set()

if (!existsSync(src)) problems.push(`there is no folder ${src}`)
else for (const layer of folders(src)) checkLayer(layer)
for (const file of files(src).filter((path) => !seen.has(path) && !isConfig(path))) {
  problems.push(`${show(file)}: belongs to no layer, or is no .ts file`)
}
if (count.files === 0) problems.push('no file was looked at')
if (count.files > 0 && count.imports === 0) problems.push('no import was found in any file')
checkProjects()
checkDependencies()

for (const warning of warnings) console.log(`warning: ${warning}`)
for (const problem of problems) console.log(problem)
console.log(`${count.layers} layers, ${count.files} files, ${count.imports} imports: ${verdict()}`)
process.exitCode = problems.length > 0 ? 1 : 0

function verdict() {
  return problems.length === 0 ? 'in order' : `${problems.length} problems`
}

function checkLayer(layer) {
  const rule = rules[layer]
  const sources = files(join(src, layer)).filter((file) => file.endsWith('.ts'))
  if (!rule) return problems.push(`src/${layer}: no rule; add one to scripts/check-layers.mjs`)
  if (sources.length === 0) return problems.push(`src/${layer}: has no source file`)
  count.layers++
  for (const reference of references(join(src, layer))) {
    const name = relative(src, reference)
    if (!rule.layers.includes(name)) {
      problems.push(`src/${layer}/tsconfig.json: refers to ${name}; ${allowed(layer)}`)
    }
  }
  for (const file of sources) checkFile(layer, file)
}

function checkFile(layer, file) {
  const text = readFileSync(file, 'utf8')
  const lines = text.split('\n').length - 1
  count.files++
  seen.add(file)
  if (lines > maxLines) warnings.push(`${show(file)}: ${lines} lines, more than ${maxLines}`)
  for (const { specifier, index } of importsOf(text)) {
    count.imports++
    const fault = faultOf(layer, file, specifier)
    if (fault) problems.push(`${show(file)}:${lineAt(text, index)}: ${fault}`)
  }
}

/** What is wrong with one import, if anything is. */
function faultOf(layer, file, specifier) {
  const rule = rules[layer]
  if (specifier === undefined) return 'only import with a plain string can be checked'
  if (!specifier.startsWith('.')) {
    if (rule.node && specifier.startsWith('node:')) return undefined
    const may = rule.node ? "only Node's modules, as node:name" : 'no package and no Node module'
    return `imports ${specifier}; ${layer} may import ${may}`
  }
  const target = relative(src, resolve(dirname(file), specifier)).replaceAll('\\', '/')
  const [other, ...rest] = target.split('/')
  if (other === layer) return undefined
  if (!rule.layers.includes(other)) return `imports ${target}; ${allowed(layer)}`
  if (rule.entryPoints && !rule.entryPoints.includes(posix.join(...rest))) {
    return `imports ${target}; ${layer} may import only the ${rule.entryPoints.join(' and ')} of another layer`
  }
  return undefined
}

function allowed(layer) {
  const { layers } = rules[layer]
  return `${layer} may import ${layers.length === 0 ? 'no other layer' : layers.join(', ')}`
}

/**
 * The imports of a file. A statement starts its line, which is what keeps comments and strings out;
 * `import()` may stand anywhere but in a comment. What is not a plain string has no specifier: a
 * computed `import()`, and also `require` and `/// <reference`, which have no place here.
 */
function importsOf(text) {
  const statement = /^[ \t]*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*(['"])(.+?)\1/gm
  const call = /(?<![.\w])(?:import\s*\(\s*(?:(['"])(.+?)\1\s*[,)])?|require\s*\()/g
  const reference = /^\s*\/\/\/\s*<reference/gm
  const inComment = (match) => {
    const before = text.slice(text.lastIndexOf('\n', match.index) + 1, match.index)
    return /^\s*\*|\/\/|\/\*/.test(before)
  }
  const calls = [...text.matchAll(call)].filter((match) => !inComment(match))
  return [...text.matchAll(statement), ...calls, ...text.matchAll(reference)].map((match) => ({
    specifier: match[2],
    index: match.index + match[0].length - 1,
  }))
}

function lineAt(text, index) {
  return text.slice(0, index).split('\n').length
}

/** A project that the root does not list is not built, and its tests are not run; Vite builds one. */
function checkProjects() {
  const listed = references(base)
  for (const parent of [base, src, join(base, 'test')].filter((folder) => existsSync(folder))) {
    for (const name of folders(parent)) {
      const folder = join(parent, name)
      const own = existsSync(join(folder, 'tsconfig.json')) && folder !== join(base, 'inspector-ui')
      if (own && !listed.includes(folder))
        problems.push(`tsconfig.json: ${show(folder)} is missing`)
      const code = parent !== base && readdirSync(folder).some((file) => file.endsWith('.ts'))
      if (code && !own) problems.push(`${show(folder)}: has sources but no tsconfig.json`)
    }
  }
}

function checkDependencies() {
  const manifest = join(base, 'package.json')
  if (!existsSync(manifest)) return problems.push(`there is no ${manifest}`)
  for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
    const names = Object.keys(readJson(manifest)[field] ?? {})
    if (names.length > 0) problems.push(`package.json: ${field} has ${names.join(', ')}`)
  }
}

/** The folders of the projects that a tsconfig.json refers to. */
function references(folder) {
  const file = join(folder, 'tsconfig.json')
  const { references: list = [] } = existsSync(file) ? readJson(file) : {}
  return list.map(({ path }) => resolve(folder, path))
}

function folders(parent) {
  return readdirSync(parent).filter((name) => statSync(join(parent, name)).isDirectory())
}

function isConfig(file) {
  return file.endsWith('tsconfig.json')
}

function show(file) {
  return relative(base, file).replaceAll('\\', '/')
}

/**
 * Bundles each entry point as a page or a program would have it: what it weighs is held against
 * scripts/sizes.json, and what is not imported has to be left out. UPDATE=1 writes the budget anew.
 */
import { writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { gzipSync } from 'node:zlib'
import { at, readJson } from './setup.mjs'

const budgetFile = at('scripts/sizes.json')
const { name: self, exports } = readJson(at('package.json'))

/** Room for a fix or two: what grows by more is a decision. */
const room = 1.03

/** Entry points by name, without package.json. */
const entryPoints = Object.keys(exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace('.', self))

/** What is imported, and how little of its entry point may come with it. */
const shaken = [
  { entry: 'tidewire/core', name: 'opcodeName', share: 0.05 },
  { entry: 'tidewire/core', name: 'FrameParser', share: 0.2 },
  { entry: 'tidewire/inspect', name: 'closeCodeMeaning', share: 0.2 },
  { entry: 'tidewire', name: 'topicFault', share: 0.05 },
]

/** The size of every entry point in bytes, minified, and minified and gzipped. */
export async function entrySizes() {
  const sizes = {}
  for (const entry of entryPoints) sizes[entry] = await sizeOf(`export * from '${entry}'`)
  return sizes
}

/** Rejects when an entry point is over its budget, or what nobody imports gets into a bundle. */
export async function checkBundles() {
  const sizes = await entrySizes()
  if (process.env.UPDATE) writeFileSync(budgetFile, `${JSON.stringify(budgetOf(sizes), null, 2)}\n`)
  const budget = readJson(budgetFile)
  const problems = []
  for (const entry of new Set([...entryPoints, ...Object.keys(budget)])) {
    const { minified, gzipped } = sizes[entry] ?? {}
    if (!(gzipped <= budget[entry])) {
      problems.push(`${entry}: ${gzipped} bytes gzipped, and the budget is ${budget[entry]}`)
    }
    const alone = await bundle(`import '${entry}'`)
    if (!/^\s*(export\s*\{\};?)?\s*$/.test(alone))
      problems.push(`${entry}: importing nothing of it leaves\n${alone}`)
    for (const { name, share } of shaken.filter((one) => one.entry === entry)) {
      const size = await sizeOf(`export { ${name} } from '${entry}'`)
      if (size.minified > share * minified) {
        problems.push(`${entry}: ${name} alone brings ${size.minified} of ${minified} bytes`)
      }
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

function budgetOf(sizes) {
  const entries = Object.entries(sizes)
  return Object.fromEntries(entries.map(([name, size]) => [name, Math.ceil(size.gzipped * room)]))
}

async function sizeOf(source) {
  const code = await bundle(source)
  return { minified: Buffer.byteLength(code), gzipped: gzipSync(code, { level: 9 }).length }
}

/**
 * What a bundler makes of a module with this text, minified, without what is only loaded when it is asked for.
 * Node's own modules stay outside.
 */
async function bundle(source) {
  const id = at('bundled.mjs')
  // Not there yet when npm test begins in a fresh clone.
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: id,
    platform: 'node',
    external: (name) => name.startsWith('node:') || builtinModules.includes(name),
    plugins: [
      {
        name: 'source',
        load: (file) => (file === id ? source : null),
        resolveId: (name) => (name === id ? id : null),
      },
    ],
    logLevel: 'silent',
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]))
  const loaded = new Set([output.find(({ isEntry }) => isEntry)])
  for (const { imports } of loaded) {
    for (const name of imports) if (chunks.has(name)) loaded.add(chunks.get(name))
  }
  return [...loaded].map(({ code }) => code).join('\n')
}

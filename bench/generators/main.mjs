/**
 * The load generator where there is no C compiler: what wsload.c does with the arguments that the benchmarks
 * give it, in JavaScript over node:net. It prints the same line of JSON.
 */
import { parseArguments } from './arguments.mjs'
import { Load } from './load.mjs'
import { modes } from './modes.mjs'

try {
  const options = parseArguments(process.argv.slice(2))
  if (!Object.hasOwn(modes, options.mode)) throw new Error(`unknown mode ${options.mode}`)
  const load = new Load(options)
  const summary = await modes[options.mode](load)
  console.log(JSON.stringify(summary))
  load.end()
} catch (error) {
  console.error(`generator: ${error.message}`)
  process.exitCode = 2
}

/**
 * `npm start`: from a clean clone to a running server. Installs and builds when needed, then becomes
 * the server in this very process, so that signals and the exit code are the server's own. Stdout is
 * left to the server; everything else goes to stderr.
 */
import process from 'node:process'
import { at, build, install } from './setup.mjs'

const slow = setTimeout(() => console.error('installing and building, once…'), 2000)
try {
  await install()
  await build('src/cli')
} catch (error) {
  console.error(error.message)
  process.exit(1)
} finally {
  clearTimeout(slow)
}

process.argv = [process.argv[0], at('dist/cli/main.js'), 'serve', ...process.argv.slice(2)]
await import('../dist/cli/main.js')

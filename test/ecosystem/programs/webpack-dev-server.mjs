// webpack-dev-server: what its page hears of a build, and of the next one when a file has changed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import webpack from 'webpack'
import WebpackDevServer from 'webpack-dev-server'
import { WebSocket } from 'ws'

const folder = mkdtempSync(join(tmpdir(), 'tidewire-webpack-'))
const entry = join(folder, 'entry.js')
writeFileSync(entry, 'console.log(1)')
const compiler = webpack({
  mode: 'development',
  context: folder,
  entry,
  output: { path: join(folder, 'dist') },
  infrastructureLogging: { level: 'none' },
  stats: 'none',
})
const server = new WebpackDevServer(
  { port: 0, host: '127.0.0.1', hot: true, setupExitSignals: false, static: false },
  compiler,
)
await server.start()
const { port } = server.server.address()

const page = new WebSocket(`ws://127.0.0.1:${port}/ws`, { origin: `http://127.0.0.1:${port}` })
const types = []
const waiting = []
page.on('message', (data) => {
  const { type } = JSON.parse(data)
  if (type === 'ok' || type === 'hot' || type === 'invalid') types.push(type)
  if (type === 'ok') waiting.shift()?.()
})
const built = () => new Promise((resolve) => waiting.push(resolve))
await built()
console.log(types.splice(0).join())
const again = built()
writeFileSync(entry, 'console.log(2)')
await again
console.log(types.splice(0).includes('invalid'))
const script = await (await fetch(`http://127.0.0.1:${port}/main.js`)).text()
console.log(script.includes('console.log(2)'))
const closed = new Promise((resolve) => page.once('close', resolve))
await server.stop()
console.log(await closed)
rmSync(folder, { recursive: true, force: true })
process.exit()

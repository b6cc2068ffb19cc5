// An echo: `off`, `on` (recorded), or `page` (recorded, and it waits until a page looks on).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inspect, serve } from '../../dist/node/index.js'

const mode = process.argv[2]
const server = await serve({ message: (socket, message) => socket.send(message) })
const inspector = mode === 'off' ? undefined : await inspect(server)
if (mode === 'page') {
  const script = fileURLToPath(new URL('page.mjs', import.meta.url))
  // Not on the core of the server, whose caches it would share.
  const command = ['-c', '1', process.execPath, script, inspector.url]
  const page = spawn('taskset', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  await once(page, 'message')
}
console.log(server.port)

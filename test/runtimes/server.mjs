/**
 * A server on the WebSockets of the runtime that runs this, with the same handlers on each:
 *
 *     server.mjs '{"limits":{"message":100}}'
 *
 * Prints lines of JSON: where it listens, and what its handlers are told.
 */
const { Bun, Deno } = globalThis
const { serve } = await import(Bun ? 'tidewire/bun' : 'tidewire/deno')
const [given = '{}'] = Bun ? Bun.argv.slice(2) : Deno.args
const { drains, ...options } = JSON.parse(given)
const start = (all) =>
  serve(all).catch(({ code, option, value }) => {
    tell(['refused', code, option, value])
    return { url: '', port: 0 }
  })
const tell = (line) => console.log(JSON.stringify(line))

const server = await start({
  path: '/chat',
  protocols: ['v2', 'v1'],
  ...options,
  request: (request) => new Response(`plain ${new URL(request.url).pathname}`),
  async upgrade(request) {
    const { searchParams } = new URL(request.url)
    if (searchParams.has('never')) return new Promise(() => {})
    if (searchParams.has('fails')) throw new Error('of the program')
    const user = searchParams.get('user')
    return user ? { user } : new Response('who are you?', { status: 401 })
  },
  open(socket) {
    tell(['open', socket.data.user, socket.protocol, socket.remoteAddress])
    socket.subscribe('room')
  },
  message(socket, message) {
    if (message === 'throw') throw new Error('of the program')
    if (message === 'reject') return Promise.reject(new Error('of the program'))
    if (message === 'close') return socket.close(4001, 'as asked')
    if (message === 'stop')
      return void server.close({ timeout: 1000 }).then(() => tell(['stopped']))
    if (message === 'flood') return flood(socket)
    if (message instanceof Uint8Array) return socket.send(message)
    const { user } = socket.data
    return tell(['publish', socket.publish('room', `${user}: ${message}`), socket.subscriptions])
  },
  ...(drains && { drain: (socket) => tell(['drain', socket.bufferedAmount]) }),
  close: (socket, details) => tell(['close', socket.data.user, details, server.sockets.size]),
  error: (socket, error) => tell(['error', socket?.data.user ?? null, error.message]),
})
tell(['listening', server.url, server.port])

/** Sends until the receiver is too slow. */
function flood(socket) {
  const results = new Set()
  const chunk = new Uint8Array(65_536)
  for (let i = 0; i < 1000; i++) results.add(socket.send(chunk))
  tell(['flood', [...results]])
}

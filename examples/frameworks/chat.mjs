// The handlers of the programs beside this one: what is said goes to everyone else in the chat.

export const chat = {
  path: '/chat',
  upgrade: ({ cookies }) => cookies.get('user') ?? new Response('who are you?', { status: 401 }),
  open: (socket) => socket.subscribe('chat'),
  message: (socket, message) => socket.publish('chat', `${socket.data}: ${message}`),
}

/** Says where an HTTP server listens, and ends both at a signal: first the WebSockets, which HTTP would wait for. */
export function run(http, server, end = () => http.close()) {
  const listening = () => console.log(`listening on http://127.0.0.1:${http.address().port}`)
  if (http.listening) listening()
  else http.once('listening', listening)
  const stop = async () => {
    await server.close()
    end()
    http.closeIdleConnections()
  }
  process.once('SIGTERM', () => void stop())
}

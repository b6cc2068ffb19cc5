import { connect, inspect, serve } from 'tidewire'

/** Words that only some of the messages have. */
const needle = 'needle in the hay'
const needles = 10

/** A server with an inspector that has recorded so many messages, half of them each way. */
export async function recordedSession(messages) {
  const server = await serve({
    message: (socket, message) => socket.send(message),
    heartbeat: false,
  })
  const inspector = await inspect(server, { frames: messages + 1000, bytes: 2 ** 30 })
  const socket = await connect(new URL('/session', server.url.replace('http', 'ws')))
  const half = messages / 2
  let received = 0
  const all = (async () => {
    for await (const _ of socket) if (++received === half) return
  })()
  for (let at = 0; at < half; at++) {
    socket.send(textOf(at, half))
    if (at % 1000 === 999) await socket.drained()
  }
  await all
  return {
    url: inspector.url,
    needle,
    needles: needles.toLocaleString('en-US'),
    async close() {
      socket.terminate()
      await server.close({ timeout: 0 })
    },
  }
}

/** About 110 bytes, each different. Each needle is seen twice: it is sent and it comes back. */
function textOf(at, count) {
  const every = count / (needles / 2)
  const note = at % every === 0 ? needle : 'steady as she goes'
  return JSON.stringify({
    type: 'position',
    id: at,
    ship: { lat: 53.5, lon: 9.9 + at / 1e6 },
    note,
  })
}

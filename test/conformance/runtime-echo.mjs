/**
 * An echo server and client with what Bun or Deno has built in.
 *
 *     runtime-echo.mjs serve              prints its port
 *     runtime-echo.mjs connect ws://...   runs the cases of `tidewire check --listen`
 */
const { Bun, Deno, WebSocket } = globalThis
const [command, base] = (Bun?.argv ?? ['', '', ...Deno.args]).slice(2)
const host = { port: 0, hostname: '127.0.0.1' }
const refusal = () => new Response('no WebSocket', { status: 426 })

if (command === 'serve') console.log(Bun ? withBun() : withDeno())
else await runCases()

function withBun() {
  const most = 1 << 25
  const server = Bun.serve({
    ...host,
    fetch: (request, self) => (self.upgrade(request) ? undefined : refusal()),
    websocket: {
      perMessageDeflate: true,
      // More than any case: where a program draws the line is not what is tested.
      maxPayloadLength: most,
      backpressureLimit: 2 * most,
      idleTimeout: 0,
      message: (socket, message) => void socket.send(message, true),
    },
  })
  return server.port
}

function withDeno() {
  const server = Deno.serve({ ...host, onListen() {} }, (request) => {
    try {
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 })
      void echo(socket)
      return response
    } catch {
      return refusal()
    }
  })
  return server.addr.port
}

/** Resolves with the first message when the connection has closed. */
function echo(socket) {
  let first
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('error', () => {})
  socket.addEventListener('message', ({ data }) => {
    first ??= data
    if (socket.readyState === WebSocket.OPEN) socket.send(data)
  })
  return new Promise((resolve) => socket.addEventListener('close', () => resolve(first)))
}

async function runCases() {
  const count = Number(await echo(new WebSocket(`${base}/getCaseCount`)))
  for (let number = 1; number <= count; number++) {
    await echo(new WebSocket(`${base}/runCase?case=${number}&agent=runtime`))
  }
  await echo(new WebSocket(`${base}/updateReports?agent=runtime`))
}

/**
 * HTTP to WebSocket: one POST is answered to its sender, and pushed to everyone else.
 *
 *     node build/examples/notifications.js
 *
 * Ada, Bob and Eve look at the same list of orders, each over a WebSocket. Ada sends an order by an
 * ordinary POST, as a form or a REST client would. She gets her 201; Bob and Eve get the order without
 * having asked. The program shows who saw what and ends.
 */
import { connect, serve, type ServerSocket } from 'tidewire'

interface Order {
  readonly id: number
  readonly what: string
  readonly by: string
}

const orders: Order[] = []
/** Who is connected, by name, so that a POST can leave its sender out. */
const sockets = new Map<string, ServerSocket<string>>()

const server = await serve<string>({
  path: '/orders',

  async request(request): Promise<Response> {
    if (request.path !== '/orders') return new Response('not here\n', { status: 404 })
    if (request.method === 'GET') return Response.json(orders)
    if (request.method !== 'POST') return new Response('GET or POST\n', { status: 405 })
    const by = request.headers.get('x-user') ?? 'nobody'
    const order = { id: orders.length + 1, what: await request.text({ limit: 1000 }), by }
    orders.push(order)
    // The sender has the answer to the request: no need to tell the same one twice.
    const pushed = (sockets.get(by) ?? server).publish('orders', JSON.stringify(order))
    return Response.json({ order, pushed: pushed.sent }, { status: 201 })
  },

  // A real service looks at a cookie or a token here.
  upgrade: (request) => request.searchParams.get('user') ?? new Response('who?', { status: 401 }),

  open(socket) {
    sockets.set(socket.data, socket)
    socket.subscribe('orders')
  },
  close: (socket) => sockets.delete(socket.data),
})

// ---- the three of them

const url = new URL('/orders', server.url)
const names = ['ada', 'bob', 'eve']
const clients = await Promise.all(
  names.map((name) => connect(`${url.href}?user=${name}`, { data: name })),
)

const answer = await fetch(url, {
  method: 'POST',
  headers: { 'X-User': 'ada', 'Content-Type': 'text/plain' },
  body: 'two coffees',
})
console.log(`ada was answered ${answer.status} ${await answer.text()}`)

// The server says goodbye behind all that it has pushed, so whoever saw nothing until then saw nothing.
const watching = clients.map(async (client) => {
  const pushed: string[] = []
  for await (const message of client) pushed.push(String(message))
  return `${client.data} was pushed ${pushed.length === 0 ? 'nothing' : pushed.join(', ')}`
})
await server.close({ code: 1001, reason: 'closing time' })
for (const line of await Promise.all(watching)) console.log(line)

// tRPC over its WebSocket adapter and link: a query, a mutation, an error and a subscription.
import { once } from 'node:events'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocket, WebSocketServer } from 'ws'

const t = initTRPC.create()
const text = (value) => String(value)
let total = 0
const router = t.router({
  greet: t.procedure.input(text).query(({ input }) => `hello ${input}`),
  add: t.procedure.input(Number).mutation(({ input }) => (total += input)),
  fail: t.procedure.query(() => {
    throw new Error('as asked')
  }),
  count: t.procedure.input(Number).subscription(async function* ({ input }) {
    for (let i = 1; i <= input; i++) yield i
  }),
})
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
const handler = applyWSSHandler({ wss: server, router })
const socket = createWSClient({ url: `ws://127.0.0.1:${server.address().port}`, WebSocket })
const client = createTRPCClient({ links: [wsLink({ client: socket })] })

console.log(await client.greet.query('Ada'))
console.log(await Promise.all([client.add.mutate(1), client.add.mutate(2)]))
console.log(await client.fail.query().catch(({ message }) => message))
const counted = []
await new Promise((resolve, reject) =>
  client.count.subscribe(3, {
    onData: (value) => counted.push(value),
    onComplete: resolve,
    onError: reject,
  }),
)
console.log(counted)
await socket.close()
handler.broadcastReconnectNotification()
await new Promise((resolve) => server.close(resolve))

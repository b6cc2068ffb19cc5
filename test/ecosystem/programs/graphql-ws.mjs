// graphql-ws: a query, a subscription and an error between its server and its client.
import { once } from 'node:events'
import { buildSchema } from 'graphql'
import { createClient } from 'graphql-ws'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocket, WebSocketServer } from 'ws'

const schema = buildSchema(`
  type Query { hello(name: String!): String }
  type Subscription { count(to: Int!): Int }`)
const roots = {
  query: { hello: ({ name }) => `hello ${name}` },
  subscription: {
    async *count({ to }) {
      for (let i = 1; i <= to; i++) yield { count: i }
    },
  },
}
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql' })
await once(server, 'listening')
const disposable = useServer({ schema, roots }, server)
const client = createClient({
  url: `ws://127.0.0.1:${server.address().port}/graphql`,
  webSocketImpl: WebSocket,
  lazy: false,
  retryAttempts: 0,
  onNonLazyError() {},
})
const results = async (query, variables) => {
  const all = []
  for await (const result of client.iterate({ query, variables })) all.push(result)
  return JSON.stringify(all)
}
console.log(await results('query ($name: String!) { hello(name: $name) }', { name: 'Ada' }))
console.log(await results('subscription { count(to: 3) }'))
console.log(await results('{ nothing }').catch((errors) => errors[0].message))
const closed = new Promise((resolve) => client.on('closed', resolve))
await disposable.dispose()
const { code, reason, wasClean } = await closed
console.log('closed', code, reason, wasClean)
await client.dispose()

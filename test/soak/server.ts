/** The server process of the soak: four Tidewire servers that talk as each connection's plan says. */
import { readFileSync } from 'node:fs'
import {
  serve,
  type ListeningServer,
  type ServeOptions,
  type ServerSocket,
} from '../../dist/node/index.js'
import { Account } from './account.ts'
import { converse, pauseAtTimes } from './converse.ts'
import { hearAll, TidewireEnd } from './end.ts'
import { measure } from './measure.ts'
import { onOrder, type Ports, tell } from './messages.ts'
import { type Endpoint, endpoints, planOf } from './plan.ts'
import { patient } from './patience.ts'
import { messageAt } from './stamped-message.ts'

/** `undefined` for a connection that came without a plan. */
type Socket = ServerSocket<Account | undefined>

const seed = Number(process.argv[2])
const takeover = { contextTakeover: true }
const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../test/node/fixtures/${name}`, import.meta.url))

/** Two have a `message` handler and two take their messages one by one. */
const hears = {
  message: (socket: Socket, message: string | Uint8Array) => socket.data?.hear(message),
}
const setups: Readonly<Record<Endpoint, ServeOptions<Account | undefined>>> = {
  plain: hears,
  takeover: { ...hears, deflate: { send: takeover, receive: takeover, level: 1 } },
  fresh: { deflate: { level: 1 } },
  tls: { tls: { key: fixture('localhost.key.pem'), cert: fixture('localhost.cert.pem') } },
}

const servers = {} as Record<Endpoint, ListeningServer<Account | undefined>>
/** Conversations that are not over, which may outlast their sockets. */
let talking = 0
/** The next message of each topic. */
const published = new Map<number, number>()

async function talk(endpoint: Endpoint, socket: Socket): Promise<void> {
  const account = socket.data
  if (!account) return
  talking++
  const end = new TidewireEnd(socket, account)
  const leaveTopics = join(endpoint, socket, account)
  const hearing = setups[endpoint].message ? undefined : hearAll(socket, account)
  await Promise.all([
    converse(end, account, leaveTopics),
    pauseAtTimes(end, account),
    account.ended,
    hearing,
  ])
  talking--
  tell({ told: 'statement', statement: account.statement })
}

/** @returns Leaves the topics again, and notes how many messages that were to come from them. */
function join(endpoint: Endpoint, socket: Socket, account: Account): () => void {
  const owners = account.plan.topics.map((topic) => ownerOf(endpoint, topic))
  const count = (): number => owners.reduce((sum, owner) => sum + (published.get(owner) ?? 0), 0)
  const before = count()
  for (const owner of owners) socket.subscribe(String(owner))
  let left = false
  const leave = (): void => {
    if (left) return
    left = true
    account.ofTopics = count() - before
    for (const owner of owners) socket.unsubscribe(String(owner))
  }
  void account.ended.then(leave)
  return leave
}

const ownerOf = (endpoint: Endpoint, topic: number): number =>
  endpoints.indexOf(endpoint) * 100 + topic

/** To every topic that has members. */
function publish(): void {
  for (const endpoint of endpoints) {
    for (const { name } of servers[endpoint].topics) publishTo(endpoint, Number(name))
  }
}

function publishTo(endpoint: Endpoint, owner: number): void {
  const sequence = published.get(owner) ?? 0
  published.set(owner, sequence + 1)
  const message = messageAt({ seed, owner, direction: '*' }, sequence)
  const { matched, sent, buffered, dropped } = servers[endpoint].publish(String(owner), message)
  if (matched !== sent + buffered + dropped) {
    tell({ told: 'fault', fault: `${matched} members, but ${sent} + ${buffered} + ${dropped}` })
  }
}

for (const endpoint of endpoints) {
  servers[endpoint] = await serve<Account | undefined>({
    ...patient,
    ...setups[endpoint],
    upgrade({ path }) {
      const id = Number(/^\/soak\/(\d+)$/.exec(path)?.[1])
      return id ? new Account(planOf(seed, id), 'server') : undefined
    },
    open: (socket) => void talk(endpoint, socket),
    close: (socket, { code, wasClean, cause }) =>
      socket.data?.finish({ code, wasClean, text: cause.text }),
    error: (_, error) => tell({ told: 'fault', fault: String((error as Error).stack ?? error) }),
  })
}

const open = (): number =>
  endpoints.reduce((sum, name) => sum + servers[name].sockets.size, talking)
let publishing: NodeJS.Timeout | undefined
onOrder(({ order }) => {
  clearInterval(publishing)
  if (order === 'run') publishing = setInterval(publish, 10)
  if (order === 'rest')
    void measure(open).then((figures) => tell({ told: 'resting', figures, strays: 0 }))
  if (order === 'stop') {
    void Promise.all(endpoints.map((name) => servers[name].close())).then(() =>
      process.disconnect(),
    )
  }
})
const ports = Object.fromEntries(endpoints.map((name) => [name, servers[name].port])) as Ports
tell({ told: 'listening', ports })

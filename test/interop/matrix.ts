/** Makes the tests of a peer: every exchange in either direction. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { suite, test, type TestContext } from 'node:test'
import { endings } from './endings.ts'
import { messages } from './messages.ts'
import { openings } from './openings.ts'
import type {
  Client,
  ConnectOptions,
  Exchange,
  ExchangeName,
  Listener,
  ListenOptions,
  Nature,
  Pair,
  Peer,
  Server,
  Setting,
  Side,
} from './side.ts'
import { tidewireConnect, tidewireServer, tidewireWebSocket } from './tidewire.ts'

const table = Object.entries({ ...openings, ...messages, ...endings }) as [ExchangeName, Exchange][]

/** Milliseconds that an exchange may take. */
const timeout = 20_000

/** The version of an installed package. */
export function versionOf(name: string): string {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string }
  return version
}

/** Everything that a peer does with Tidewire. */
export function interoperates({ name, client, server }: Peer): void {
  suite(`${name} and Tidewire`, () => {
    if (client) pairUp('client', `the ${name} client`, client, 'Tidewire', tidewireServer)
    if (server) {
      pairUp('server', `the ${name} server`, server, "Tidewire's connect()", tidewireConnect)
      pairUp('server', `the ${name} server`, server, "Tidewire's WebSocket", tidewireWebSocket)
    }
  })
}

function pairUp(
  ...[role, theirs, peer, ours, own]:
    | ['client', string, Client, string, Server]
    | ['server', string, Server, string, Client]
): void {
  const client = role === 'client' ? peer : own
  const server = role === 'client' ? own : peer
  const left: string[] = []
  let run = 0
  for (const [name, exchange] of table) {
    if (exchange.only && exchange.only !== role) continue
    const why = peer.cannot?.[name] ?? own.cannot?.[name]
    if (why !== undefined) {
      left.push(`${name}: ${why}`)
      continue
    }
    run += 1
    test(exchange.title(theirs, ours), { timeout }, (t) =>
      exchange.run(settingFor(t, role, client, server)),
    )
  }
  if (left.length === 0) return
  test(`${theirs} and ${ours} run ${run} exchanges of ${run + left.length}`, { timeout }, (t) =>
    checkNature(t, left, peer, settingFor(t, role, client, server)),
  )
}

/** An implementation that has learnt something must not go on being excused from it. */
async function checkNature(
  t: TestContext,
  left: readonly string[],
  { cannot = {} }: Nature,
  setting: Setting,
): Promise<void> {
  for (const reason of left) t.diagnostic(`cannot ${reason}`)
  const { theirs } = await setting.open()
  assert.equal('fragmentsFromPeer' in cannot, theirs.sendFragments === undefined)
  assert.equal('pingFromPeer' in cannot, theirs.ping === undefined)
  assert.equal('vanishFromPeer' in cannot, theirs.vanish === undefined)
}

function settingFor(
  t: TestContext,
  role: 'client' | 'server',
  client: Client,
  server: Server,
): Setting {
  const closings: (() => unknown)[] = []
  t.after(async () => {
    for (const close of closings.toReversed()) await close()
  })
  const keep = (side: Side): Side => {
    closings.push(() => (side.vanish ? side.vanish() : side.close()))
    return side
  }
  const listen = async (options: ListenOptions): Promise<Listener> => {
    const listener = await server.listen(options)
    closings.push(() => listener.close())
    return listener
  }
  const connect = async (listener: Listener, options: ConnectOptions = {}): Promise<Pair> => {
    const connected = keep(await client.connect(listener.url, options))
    const accepted = keep(await listener.accept())
    return role === 'client'
      ? { ours: accepted, theirs: connected }
      : { ours: connected, theirs: accepted }
  }
  return {
    role,
    peer: role === 'client' ? client : server,
    client,
    server,
    listen,
    connect,
    open: async () => connect(await listen({})),
  }
}

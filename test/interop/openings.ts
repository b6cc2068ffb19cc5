/** How connections between Tidewire and every peer open. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type Exchange, type OpeningExchange, Refusal } from './side.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../test/node/fixtures/${name}`, import.meta.url), 'utf8')

const body = 'who are you?\n'

export const openings: Record<OpeningExchange, Exchange> = {
  protocol: {
    title: (theirs, ours) => `${theirs} and ${ours} agree on a subprotocol that both speak`,
    run: async ({ listen, connect }) => {
      const listener = await listen({ protocols: ['chat.v2', 'chat.v3'] })
      const { ours, theirs } = await connect(listener, { protocols: ['chat.v1', 'chat.v2'] })
      assert.equal(ours.protocol, 'chat.v2')
      assert.equal(theirs.protocol, 'chat.v2')
    },
  },
  noProtocol: {
    title: (theirs, ours) => `${theirs} and ${ours} have no subprotocol in common`,
    run: async ({ client, listen, connect }) => {
      const listener = await listen({ protocols: ['chat.v2'] })
      // RFC 6455 §4.2.2 item 5.5 lets the server go on; the WebSockets standard has the client fail.
      const opening = connect(listener, { protocols: ['chat.v1'] })
      if (!client.opensWithoutProtocol) {
        await assert.rejects(opening, Refusal)
        return
      }
      const { ours, theirs } = await opening
      assert.equal(ours.protocol, '')
      assert.equal(theirs.protocol, '')
    },
  },
  refusal: {
    title: (theirs, ours) => `a refusal with 401 is an error between ${theirs} and ${ours}`,
    run: async ({ peer, listen, connect }) => {
      const listener = await listen({ refuse: { status: 401, body } })
      const lost = peer.refusalLacks?.value
      await assert.rejects(connect(listener), (error: unknown) => {
        assert.ok(error instanceof Refusal, String(error))
        if (lost !== 'status and body') assert.equal(error.status, 401)
        assert.equal(error.body || undefined, lost === undefined ? body : undefined)
        return true
      })
    },
  },
  tls: {
    title: (theirs, ours) => `${theirs} and ${ours} exchange messages over wss, self-signed`,
    run: async ({ listen, connect }) => {
      const cert = fixture('localhost.cert.pem')
      const listener = await listen({ tls: { cert, key: fixture('localhost.key.pem') } })
      const { ours, theirs } = await connect(listener, { ca: cert })
      for (const message of ['hello', new Uint8Array(100_000).fill(7)]) {
        await theirs.send(message)
        assert.deepEqual(await ours.receive(), message)
        await ours.send(message)
        assert.deepEqual(await theirs.receive(), message)
      }
    },
  },
  deflate: {
    title: (theirs, ours) =>
      `${theirs} that offers permessage-deflate is served by ${ours} without`,
    only: 'client',
    run: async ({ listen, connect }) => {
      const listener = await listen({})
      const { ours, theirs } = await connect(listener)
      assert.match(listener.requestHeader!('sec-websocket-extensions') ?? '', /permessage-deflate/)
      const message = 'compressible '.repeat(10_000)
      await theirs.send(message)
      assert.equal(await ours.receive(), message)
      await ours.send(message)
      assert.equal(await theirs.receive(), message)
    },
  },
}

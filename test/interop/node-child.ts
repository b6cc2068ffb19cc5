/** The process of `node.test.ts`: the WebSocket that its Node has, at the command of `child-peer.ts`. */
import { createInterface } from 'node:readline'
import { type Call, pack, type Told, unpack } from './child-peer.ts'
import type { Side } from './side.ts'
import { standardSide, type StandardSocket } from './standard-socket.ts'

const { WebSocket: OwnWebSocket } = globalThis as unknown as {
  WebSocket: new (url: string, protocols: readonly string[]) => StandardSocket
}

let side: Side | undefined

function tell(told: Told): void {
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

async function pump({ receive, closed }: Side): Promise<void> {
  try {
    for (;;) tell({ told: 'message', side: 0, message: pack(await receive()) })
  } catch {
    const { code, reason } = await closed
    tell({ told: 'closed', side: 0, code, reason })
  }
}

async function obey(call: Call): Promise<void> {
  const { id } = call
  if (call.call === 'connect') {
    const { protocols = [] } = call.options
    side = await standardSide(new OwnWebSocket(call.url, protocols))
    tell({ told: 'open', id, side: 0, protocol: side.protocol })
    void pump(side)
    return
  }
  if (call.call === 'send') await side?.send(unpack(call.message))
  if (call.call === 'close') side?.close(call.code, call.reason)
  tell({ told: 'done', id })
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const call = JSON.parse(line) as Call
  obey(call).catch((error: unknown) => tell({ told: 'failed', id: call.id, why: String(error) }))
})

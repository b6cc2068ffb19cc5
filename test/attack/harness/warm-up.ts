import { setTimeout as sleep } from 'node:timers/promises'
import { frame, opcodes } from '../../node/raw-client.ts'
import { Scene } from './scene.ts'
import type { ServerProcess } from './server-process.ts'
import { ignore } from './ways.ts'

/**
 * Ordinary work before anything is measured: a server that has served has compiled its code and has the
 * heap that this takes, which is no damage done by the attack.
 */
export async function warmUp(server: ServerProcess): Promise<void> {
  const scene = new Scene(server)
  const clients = await scene.openMany(8)
  const burst = Buffer.concat(Array(200).fill(frame(opcodes.binary, Buffer.alloc(200))))
  const receiver = await scene.open('/pour')
  for (const client of [...clients, receiver]) ignore(client)
  for (let round = 0; round < 40; round++) {
    for (const { socket } of clients) socket.write(burst)
    await sleep(20)
  }
  scene.leave()
  await server.settled(({ sockets }) => sockets === 0)
}

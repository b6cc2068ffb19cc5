import type { Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { deferred } from '../../dist/node/deferred.js'
import { acceptance, rawPeer } from './peers.ts'

/** A peer that accepts, and then does nothing by itself, not even read. */
export async function acceptingPeer(
  t: TestContext,
): Promise<{ url: string; accepted: Promise<Socket> }> {
  const { promise, resolve } = deferred<Socket>()
  const url = await rawPeer(t, (peer, request) => {
    peer.write(acceptance(request))
    peer.pause()
    resolve(peer)
  })
  return { url, accepted: promise }
}

/** Lets the event loop go round. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate()
}

/**
 * Sends a message again and again, as long as it is taken, until nothing moves any more: what has been
 * taken is in the buffers of the system then. @returns How many, and when all are.
 */
export async function pushUntilHeld(
  peer: Socket,
  message: Buffer,
  count: number,
): Promise<{ taken: number; sent: Promise<void> }> {
  let taken = 0
  const send = async (): Promise<void> => {
    for (; taken < count; taken++) await new Promise((resolve) => peer.write(message, resolve))
  }
  const sent = send()
  for (let before = -1, still = 0; still < 50; still = taken === before ? still + 1 : 0) {
    before = taken
    await turns()
  }
  return { taken, sent }
}

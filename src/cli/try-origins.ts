import type { OriginsStep } from '../inspect/index.ts'
import { Incoming } from './incoming.ts'
import { ask, statusOf } from './ask-upgrade.ts'
import { openTransport } from './open-transport.ts'
import { stopwatch } from './stopwatch.ts'
import { requestHead, type WatchTarget } from './watch-target.ts'

type Trial = OriginsStep['trials'][number]

/** An origin that no server has a reason to know. */
const foreign = 'https://foreign.example'

/** Does the handshake once more for each kind of origin, one after the other, and closes each at once. */
export async function tryOrigins(target: WatchTarget): Promise<OriginsStep> {
  const time = stopwatch()
  const trials: Trial[] = []
  for (const [whose, origin] of candidates(target)) {
    trials.push({ whose, origin, status: await statusFor(origin, target) })
  }
  return { step: 'origins', trials, milliseconds: time() }
}

function candidates({ secure, request }: WatchTarget): [Trial['whose'], string | undefined][] {
  const { host, origin } = request
  const rows: [Trial['whose'], string | undefined][] = [
    ['given', origin],
    ['none', undefined],
    ['own', `${secure ? 'https' : 'http'}://${host}`],
    ['foreign', foreign],
    ['null', 'null'],
  ]
  return rows.filter(([, one], at) => rows.findIndex(([, other]) => other === one) === at)
}

async function statusFor(
  origin: string | undefined,
  target: WatchTarget,
): Promise<number | undefined> {
  const socket = await openTransport(target, [])
  if (!socket) return undefined
  try {
    const request = requestHead({ ...target.request, origin })
    const { response } = await ask(socket, new Incoming(socket), request, target.timeout)
    return statusOf(response) || undefined
  } finally {
    socket.destroy()
  }
}

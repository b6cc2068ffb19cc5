import type { Socket } from 'node:net'
import { Opcode } from '../core/index.ts'
import type { CloseStep, FramesStep, IdleStep, Observation, Step } from '../inspect/index.ts'
import { Incoming } from './incoming.ts'
import { ask, statusOf } from './ask-upgrade.ts'
import { openTransport, speaksTls } from './open-transport.ts'
import { stopwatch } from './stopwatch.ts'
import { tryOrigins } from './try-origins.ts'
import { FrameWatch } from './watch-frames.ts'
import { requestHead, type WatchTarget } from './watch-target.ts'

/** What to watch beyond the handshake. */
export interface WatchOptions {
  /** Milliseconds to be silent; `undefined` not to try. */
  readonly idle: number | undefined
  /** Whether to try other origins; where one was refused they are tried in any case. */
  readonly origins: boolean
}

/** Opens a WebSocket and writes down what is seen at each step, up to the first that fails. */
export async function watchHandshake(
  target: WatchTarget,
  options: WatchOptions,
): Promise<Observation> {
  const request = requestHead(target.request)
  const steps: Step[] = []
  const { url } = target
  const socket = await openTransport(target, steps)
  if (!socket) return { url, steps }
  try {
    const incoming = new Incoming(socket)
    const { step, response, open } = await ask(socket, incoming, request, target.timeout)
    const silent = step.end === 'ended' && step.bytes === 0 && !target.secure
    steps.push(silent ? { ...step, speaksTls: await speaksTls(target) } : step)
    if (open) steps.push(...(await converse(socket, incoming, response, target, options)))
    else socket.destroy()
    if (options.origins || wasForbidden(response)) steps.push(await tryOrigins(target))
    return { url, steps, request, response }
  } finally {
    socket.destroy()
  }
}

function wasForbidden(response: string): boolean {
  return [401, 403].includes(statusOf(response))
}

/** Pings, is silent as long as asked for, and closes. */
async function converse(
  socket: Socket,
  incoming: Incoming,
  response: string,
  { timeout }: WatchTarget,
  { idle }: WatchOptions,
): Promise<Step[]> {
  const compressed = /^sec-websocket-extensions:.*permessage-deflate/im.test(response)
  const watch = new FrameWatch(socket, incoming, compressed)
  const frames = await watchPing(watch, timeout)
  if (frames.end !== 'pong') return [frames]
  const steps: Step[] = [frames]
  if (idle !== undefined) {
    const rest = await watchIdle(watch, idle, timeout)
    steps.push(rest)
    if (rest.end !== 'alive') return steps
  }
  return [...steps, await watchClose(watch, timeout)]
}

async function watchPing(watch: FrameWatch, timeout: number): Promise<FramesStep> {
  const time = stopwatch()
  const ended = await watch.ping(timeout)
  const end =
    ended === 'seen' ? (watch.closed ? 'closed' : 'pong') : ended === 'ended' ? 'cut' : ended
  const { malformed } = watch
  return { step: 'frames', end, frames: watch.take(), malformed, milliseconds: time() }
}

async function watchIdle(watch: FrameWatch, asked: number, timeout: number): Promise<IdleStep> {
  const time = stopwatch()
  const step = { step: 'idle', asked } as const
  const rested = await watch.until(({ opcode }) => opcode === Opcode.close, asked)
  const milliseconds = time()
  // The frames of the idle time, without the answer to the ping that follows it.
  const frames = watch.take()
  if (rested === 'seen') return { ...step, end: 'closed', frames, milliseconds }
  if (rested !== 'timeout') return { ...step, end: 'cut', frames, milliseconds }
  const answered = await watch.ping(timeout)
  return { ...step, end: answered === 'seen' ? 'alive' : 'dead', frames, milliseconds }
}

async function watchClose(watch: FrameWatch, timeout: number): Promise<CloseStep> {
  const time = stopwatch()
  watch.take()
  watch.send(Opcode.close, Buffer.of(1000 >> 8, 1000 & 255))
  const ended = await watch.until(({ opcode }) => opcode === Opcode.close, timeout)
  return { step: 'close', answered: ended === 'seen', milliseconds: time() }
}

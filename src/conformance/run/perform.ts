import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { Opcode } from '../../core/index.ts'
import type { Case, Pieces, Reply, Role, Step } from '../case.ts'
import { bytesOf, type Frame } from '../wire/frame.ts'
import type { Session } from '../wire/session.ts'

/** What the script of a case saw, beside what the endpoint said. */
export interface Performance {
  /** It failed the connection only after the point at which it should have. */
  readonly late: boolean
  /** It ended the transport within its time. */
  readonly endedInTime: boolean
}

/** How long an endpoint has that fails fast, before the next bytes are sent. */
const failFastTime = 400

/** Plays a script on an open connection, and then the ending that the case expects. */
export async function perform(
  session: Session,
  one: Case,
  role: Role,
  patience: number,
): Promise<Performance> {
  let late = false
  for (const step of one.script) {
    if (session.over) break
    late = (await play(session, step, patience)) || late
  }
  const endedInTime = await finish(session, one, role, patience)
  return { late, endedInTime }
}

/** @returns Whether the endpoint was late. */
async function play(session: Session, step: Step, patience: number): Promise<boolean> {
  switch (step.kind) {
    case 'send':
      await sendFrames(session, step.frames, step.pieces)
      return false
    case 'message':
      await sendMessage(session, step, patience)
      return false
    case 'raw':
      session.note('bytes that are no frame', step.bytes)
      await session.writeAll(step.bytes)
      return false
    case 'pause':
      await sleep(step.milliseconds)
      return false
    case 'fail-fast':
      return !(await session.wait(() => session.over, failFastTime))
    case 'half-close':
      session.note('ends its side of the transport')
      session.end()
      return false
    case 'reset':
      session.reset()
      return false
  }
}

async function sendFrames(
  session: Session,
  frames: readonly Frame[],
  pieces: Pieces | undefined,
): Promise<void> {
  if (pieces === undefined) return session.sendCut(frames)
  for (const frame of frames) {
    if (pieces === 'frames') await session.sendCut([frame])
    else await session.writePieces(session.encode(frame), pieces)
    // What comes next is a write of its own.
    await setImmediate()
    if (session.over) return
  }
}

async function sendMessage(
  session: Session,
  { message, fragment, times }: Step & { kind: 'message' },
  patience: number,
): Promise<void> {
  const { messages } = session.heard
  const payload = bytesOf(message.payload)
  for (let sent = 0; sent < (times ?? 1) && !session.over; sent++) {
    const before = messages.length
    await session.sendCut(messageFrames(session, { ...message, payload }, fragment))
    if (times === undefined) return
    await session.wait(() => session.over || messages.length > before, patience)
  }
}

/** A message in frames: compressed when that was agreed (RFC 7692 §6.1), RSV1 on the first only. */
function messageFrames(
  { deflate }: Session,
  { kind, payload }: Reply & { payload: Uint8Array },
  fragment: number | undefined,
): Frame[] {
  const bytes = deflate ? deflate.compress(payload) : payload
  const size = fragment ?? Math.max(1, bytes.length)
  const frames: Frame[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += size) {
    frames.push({
      opcode: at > 0 ? Opcode.continuation : kind === 'text' ? Opcode.text : Opcode.binary,
      fin: at + size >= bytes.length,
      rsv: at === 0 && deflate ? 4 : 0,
      payload: bytes.subarray(at, at + size),
    })
  }
  return frames
}

/** @returns Whether the transport has ended in time. */
async function finish(session: Session, one: Case, role: Role, patience: number): Promise<boolean> {
  const { ending, replies } = one.expects
  if (ending.kind === 'we-close') {
    await session.wait(() => session.over || complete(session, replies), patience)
    if (!session.over) await session.sendCut([closeFrame(1000)])
  }
  if (ending.kind === 'fails') await failure(session, patience)
  else await session.wait(() => session.over, patience)
  const { close } = session.heard
  // RFC 6455 §5.5.1: who gets a close frame and has not sent one answers.
  if (close && !session.closeSent) await session.sendCut([closeFrame(close.code)])
  // §7.1.1: the server ends the transport first. Here that is us, or else we see to it that it does.
  if (role === 'client') session.end()
  // Where nothing was failed or closed, there is no end to wait for.
  if (ending.kind === 'fails' && !session.over) return false
  return session.wait(() => session.ended !== undefined, patience)
}

/** Waits for the connection to fail. An endpoint that answers a ping instead has nothing against it. */
async function failure(session: Session, patience: number): Promise<void> {
  if (await session.wait(() => session.over, failFastTime)) return
  const { pongs } = session.heard
  const payload = 'still there?'
  const answer = (): number => pongs.findIndex((one) => Buffer.from(one).toString() === payload)
  if (!session.closeSent) await session.sendCut([{ opcode: Opcode.ping, payload }])
  await session.wait(() => session.over || answer() >= 0, patience)
  if (answer() >= 0) pongs.splice(answer(), 1)
}

function complete({ heard }: Session, replies: Case['expects']['replies']): boolean {
  const required = replies.filter(({ optional }) => !optional)
  const pongs = required.filter(({ kind }) => kind === 'pong').length
  return heard.messages.length >= required.length - pongs && heard.pongs.length >= pongs
}

export function closeFrame(code: number | undefined): Frame {
  const payload = Buffer.alloc(code === undefined ? 0 : 2)
  if (code !== undefined) payload.writeUInt16BE(code)
  return { opcode: Opcode.close, payload }
}

import { closeCodeMeaning } from '../close-code-meaning.ts'
import { finding, type Finding } from './finding.ts'
import { shown } from './judge-network.ts'
import type { CloseStep, FramesStep, IdleStep, OriginsStep, SeenFrame } from './observation.ts'

/** What was seen behind the handshake, up to the answer to a ping. */
export function judgeFrames({ end, frames, malformed }: FramesStep): Finding[] {
  if (malformed) {
    const { message, start } = malformed
    if (isText(start)) {
      return [finding('content-behind-answer', 'frames', `Behind the 101 came ${shown(start)}.`)]
    }
    return [finding('frame-malformed', 'frames', `${message} (${shown(start)}).`)]
  }
  if (end === 'closed') return [finding('closed-at-once', 'frames', closedWith(frames))]
  if (end === 'cut') {
    const text = 'The connection ended right behind the handshake, without a close frame (1006).'
    return [finding('closed-at-once', 'frames', text)]
  }
  return end === 'timeout' ? [finding('ping-unanswered', 'frames', undefined)] : []
}

export function judgeIdle({ end, milliseconds, frames }: IdleStep): Finding[] {
  const after = `after ${seconds(milliseconds)} of silence from us`
  if (end === 'cut') {
    const text = `The connection ended ${after}, without a close frame (1006).`
    return [finding('idle-cut', 'frames', text)]
  }
  if (end === 'closed')
    return [finding('idle-closed', 'frames', `${closedWith(frames)} It was ${after}.`)]
  return end === 'dead' ? [finding('idle-dead', 'frames', `No pong came ${after}.`)] : []
}

export function judgeClose({ answered }: CloseStep): Finding[] {
  return answered ? [] : [finding('close-unanswered', 'frames', undefined)]
}

/** The matrix of origins says whether it is the origin that the server minds. */
export function judgeOrigins({ trials }: OriginsStep): Finding[] {
  const taken = trials.filter(({ status }) => status === 101)
  const given = trials.find(({ whose }) => whose === 'given')
  const refused = given && given.status !== 101
  if (refused && taken.length > 0) {
    const others = taken.map(({ origin }) => origin ?? 'a request without Origin').join(', ')
    const text = `${given.origin ?? 'A request without Origin'} was answered ${given.status ?? 'nothing'}; 101 got ${others}.`
    return [finding('origin-refused', 'response', text, { expected: others })]
  }
  const foreign = taken.find(({ whose }) => whose === 'foreign')
  return foreign
    ? [finding('origin-unchecked', 'response', `A page from ${foreign.origin} gets 101.`)]
    : []
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`
}

function closedWith(frames: readonly SeenFrame[]): string {
  const { code, reason = '' } = frames.findLast(({ opcode }) => opcode === 8) ?? {}
  if (code === undefined) return 'The server closed without a code (1005).'
  const said = reason === '' ? '' : `, and said ${JSON.stringify(reason)}`
  return `The server closed with ${code} (${closeCodeMeaning(code).name})${said}.`
}

/** Whether bytes were meant as text: a frame of a server never begins so. */
function isText(start: Uint8Array): boolean {
  return (
    start.length > 1 &&
    start.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d)
  )
}

import { type Explanation, explainHandshake } from './explain-handshake.ts'
import { finding, type Finding } from './finding.ts'
import { judgeClose, judgeFrames, judgeIdle, judgeOrigins } from './judge-frames.ts'
import { judgeAnswer, judgeDns, judgeTcp, judgeTls } from './judge-network.ts'
import type { Observation, Step } from './observation.ts'
import { stepMeaning } from './step-meaning.ts'
import { readTranscript } from './transcript.ts'

/** A step of a connection, in words. */
export interface ExplainedStep {
  readonly step: Step['step']
  readonly milliseconds: number
  readonly text: string
}

/** A live handshake in plain words, and what is wrong with it. */
export interface ObservedExplanation extends Explanation {
  readonly url: string
  readonly steps: readonly ExplainedStep[]
}

/** Explains and judges an attempt to connect, from the name to the last frame. It is a pure function. */
export function explainObservation(observation: Observation): ObservedExplanation {
  const { url, steps, request = '', response = '' } = observation
  const [exchange = {}] = readTranscript(request + response)
  const explanation = explainHandshake(exchange)
  const judged = steps.flatMap((step) => judgeStep(step, url))
  // What the trials say about a refusal takes its place.
  const replaced = judged.some(({ code }) => code === 'origin-refused')
  const heads = explanation.findings.filter(({ code }) => !(replaced && code === 'forbidden'))
  const findings = [...heads, ...bareLineFeeds(response), ...judged]
  return {
    ...explanation,
    url,
    steps: steps.map((step) => {
      const { step: name, milliseconds } = step
      return { step: name, milliseconds, text: stepMeaning(step) }
    }),
    sound: findings.every(({ level }) => level !== 'wrong'),
    findings,
  }
}

function judgeStep(step: Step, url: string): Finding[] {
  switch (step.step) {
    case 'dns':
      return judgeDns(step)
    case 'tcp':
      return judgeTcp(step)
    case 'tls':
      return judgeTls(step)
    case 'answer':
      return judgeAnswer(step, url.startsWith('wss:'))
    case 'frames':
      return judgeFrames(step)
    case 'idle':
      return judgeIdle(step)
    case 'close':
      return judgeClose(step)
    case 'origins':
      return judgeOrigins(step)
  }
}

/** Text that people copied has lost its line ends; bytes from the network have not. */
function bareLineFeeds(response: string): Finding[] {
  const head = response.split(/\r?\n\r?\n/, 1)[0]!
  return /(^|[^\r])\n/.test(head) ? [finding('line-bare-lf', 'response', undefined)] : []
}

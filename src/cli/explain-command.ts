import {
  explainHandshake,
  explainObservation,
  type Explanation,
  type ObservedExplanation,
  withoutSecrets,
} from '../inspect/index.ts'
import { type Command, ExitCode } from './command.ts'
import { explainFlags, type ExplainSettings, readExplainSettings } from './explain-options.ts'
import { explanationText } from './explain-output.ts'
import { documented, type Manual } from './manual.ts'
import { painter } from './paint.ts'
import { readExchanges } from './read-exchanges.ts'
import { watchHandshake } from './watch-handshake.ts'

const details = `
Text is taken as people have it: from a tutorial, a log, the network panel of a browser or curl -v.
Each header is explained with the clause that defines it. Then comes the verdict: what is wrong,
what would be right, what is unusual and what to do. docs/explain.md lists every finding.

The values of Authorization, Proxy-Authorization, Cookie and Set-Cookie, and of parameters of a URL that are
called like a token or a password, are not shown, so that what is printed can be passed on.`

/** The widest line that reads well. */
const widest = 100

const manual: Manual = {
  name: 'explain',
  summary: 'why does it not connect: a URL or a handshake, header by header',
  usage: [
    ['[options] <url>', 'connects, and watches each step: name, TCP, TLS, answer'],
    ['[options] <file>', 'a handshake as text, or a HAR that a browser saved'],
    ['[options] -', 'the same from stdin'],
  ],
  options: [
    ['', explainFlags.own],
    ['For a URL also:', explainFlags.connection],
  ],
  details,
  examples: [
    'tidewire explain wss://example.com/chat',
    'tidewire explain --origin https://app.example --idle 90 wss://example.com/chat',
    'tidewire explain handshake.txt',
    "curl -isv -N -H 'Upgrade: websocket' https://example.com/chat 2>&1 | tidewire explain -",
    'tidewire explain --json saved.har',
  ],
  exitCodes: '0 sound, 1 faulty, 2 wrong usage',
}

export const explainCommand: Command = documented(manual, async (args) => {
  const { source, json, showSecrets } = readExplainSettings(args)
  const whole = await explain(source)
  const explanations = showSecrets ? whole : whole.map((one) => withoutSecrets(one))
  process.stdout.write(json ? asJson(explanations) : asText(explanations))
  return isSound(explanations) ? ExitCode.done : ExitCode.failed
})

async function explain(
  source: ExplainSettings['source'],
): Promise<(Explanation | ObservedExplanation)[]> {
  if (source.kind === 'file') {
    return (await readExchanges(source.name)).map((one) => explainHandshake(one))
  }
  return [explainObservation(await watchHandshake(source.target, source.options))]
}

function isSound(explanations: readonly Explanation[]): boolean {
  return explanations.every(({ sound }) => sound)
}

function asJson(handshakes: readonly Explanation[]): string {
  return `${JSON.stringify({ sound: isSound(handshakes), handshakes }, undefined, 2)}\n`
}

function asText(explanations: readonly Explanation[]): string {
  const { stdout } = process
  // In a pipe there are no columns.
  const width = stdout.isTTY ? Math.min(stdout.columns, widest) : widest
  const layout = { paint: painter(stdout.isTTY), width }
  const several = explanations.length > 1
  return explanations
    .map((one, at) => {
      const title = `${layout.paint('bold', `Handshake ${at + 1} of ${explanations.length}`)}\n\n`
      return (several ? title : '') + explanationText(one, layout)
    })
    .join('\n')
}

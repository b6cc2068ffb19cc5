import {
  explainHandshake,
  explainObservation,
  type Explanation,
  type ObservedExplanation,
} from '../inspect/index.ts'
import { type Command, ExitCode } from './command.ts'
import { type ExplainSettings, readExplainSettings } from './explain-options.ts'
import { explanationText } from './explain-output.ts'
import { painter } from './paint.ts'
import { readExchanges } from './read-exchanges.ts'
import { watchHandshake } from './watch-handshake.ts'

const help = `tidewire explain: why does it not connect?

Usage: tidewire explain [options] <url>    connects, and watches each step: name, TCP, TLS, answer
       tidewire explain [options] <file>   a handshake as text, or a HAR that a browser saved
       tidewire explain [options] -        the same from stdin

  --json                 for programs: one object with each handshake, its findings and their codes

For a URL also:

  --subprotocol <name>   offer a subprotocol; may be repeated, most wanted first
  --header 'Name: value' send a header with the request; may be repeated
  --origin <origin>      say which web page connects, as a browser does
  --origins              try other origins as well; where one is refused that is done anyway
  --deflate              offer permessage-deflate, as browsers do
  --idle <seconds>       be silent for so long, and see whether the connection outlives it
  --timeout <seconds>    how long each step may take (10)
  --ca <file>            certificates in PEM to trust for wss, in place of the system's
  --insecure             accept any certificate

Text is taken as people have it: from a tutorial, a log, the network panel of a browser or curl -v.
Each header is explained with the clause that defines it. Then comes the verdict: what is wrong,
what would be right, what is unusual and what to do. docs/explain.md lists every finding.

Examples:
  tidewire explain wss://example.com/chat
  tidewire explain --origin https://app.example --idle 90 wss://example.com/chat
  tidewire explain handshake.txt
  curl -isv -N -H 'Upgrade: websocket' https://example.com/chat 2>&1 | tidewire explain -
  tidewire explain --json saved.har

Exit codes: 0 sound, 1 faulty, 2 wrong usage.
`

/** The widest line that reads well. */
const widest = 100

export const explainCommand: Command = {
  name: 'explain',
  summary: 'why does it not connect: a URL or a handshake, header by header',
  help,
  async run(args) {
    const { source, json } = readExplainSettings(args)
    const explanations = await explain(source)
    process.stdout.write(json ? asJson(explanations) : asText(explanations))
    return isSound(explanations) ? ExitCode.done : ExitCode.failed
  },
}

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

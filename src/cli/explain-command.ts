import { explainHandshake, type Explanation } from '../inspect/index.ts'
import { type Command, ExitCode } from './command.ts'
import { readExchanges, readExplainSettings } from './explain-options.ts'
import { explanationText } from './explain-output.ts'
import { painter } from './paint.ts'

const help = `tidewire explain: why does it not connect?

Usage: tidewire explain [options] <file>   a handshake as text, or a HAR that a browser saved
       tidewire explain [options] -        the same from stdin

  --json                 for programs: one object with each handshake, its findings and their codes

Text is taken as people have it: from a tutorial, a log, the network panel of a browser or curl -v.
Each header is explained with the clause that defines it. Then comes the verdict: what is wrong,
what would be right, what is unusual and what to do. docs/explain.md lists every finding.

Examples:
  tidewire explain handshake.txt
  curl -isv -N -H 'Upgrade: websocket' https://example.com/chat 2>&1 | tidewire explain -
  tidewire explain --json saved.har

Exit codes: 0 sound, 1 faulty, 2 wrong usage.
`

/** The widest line that reads well. */
const widest = 100

export const explainCommand: Command = {
  name: 'explain',
  summary: 'reads a handshake, explains each header and names what is wrong',
  help,
  async run(args) {
    const { source, json } = readExplainSettings(args)
    const explanations = (await readExchanges(source)).map((one) => explainHandshake(one))
    process.stdout.write(json ? asJson(explanations) : asText(explanations))
    return isSound(explanations) ? ExitCode.done : ExitCode.failed
  },
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

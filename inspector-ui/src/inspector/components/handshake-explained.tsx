import type { FeedConnection } from '../../../../src/inspect/feed/feed-messages.ts'
import {
  type ExplainedHead,
  explainHandshake,
} from '../../../../src/inspect/handshake/explain-handshake.ts'
import type { Finding } from '../../../../src/inspect/handshake/finding.ts'
import { writtenRequest, writtenResponse } from '../../../../src/inspect/handshake/written-head.ts'
import type { RecordedHead } from '../../../../src/inspect/recording/records.ts'
import { HeadSection } from '../../components/head-section.tsx'
import { clockTime } from '../../pure/format.ts'
import { remoteOf } from './connection-words.ts'

interface HandshakeExplainedProps {
  readonly connection: FeedConnection
}

/** Both heads, header by header, with a verdict. */
export function HandshakeExplained({ connection }: HandshakeExplainedProps) {
  const { request, response, openedAt } = connection
  if (!request && !response) {
    return <p class="panel-empty">The heads of this handshake were not recorded.</p>
  }
  const explained = explainHandshake({
    request: request && writtenRequest(lines(request)),
    response: response && writtenResponse(lines(response)),
  })
  return (
    <>
      <p class="handshake-summary">
        Opened <time>{clockTime(openedAt)}</time> with{' '}
        <span class="mono">{remoteOf(connection)}</span>
      </p>
      <Verdict sound={explained.sound} findings={explained.findings} />
      <Head title="Request" head={explained.request} />
      <Head title="Response" head={explained.response} />
    </>
  )
}

interface VerdictProps {
  readonly sound: boolean
  readonly findings: readonly Finding[]
}

function Verdict({ sound, findings }: VerdictProps) {
  return (
    <section class="verdict" aria-label="Verdict" data-testid="verdict">
      <p class={sound ? 'good' : 'bad'}>
        <b>{sound ? 'A sound handshake.' : 'Something is wrong with this handshake.'}</b>
      </p>
      {findings.map(({ code, level, text, expected, remedy, clause }, index) => (
        <div key={`${code} ${index}`} class="finding" data-level={level}>
          <p>
            <b>{level}:</b> {text}
          </p>
          {expected !== undefined && (
            <p>
              Expected <code>{expected}</code>
            </p>
          )}
          <p class="hint">
            {remedy} ({clause})
          </p>
        </div>
      ))}
    </section>
  )
}

function Head({
  title,
  head,
}: {
  readonly title: string
  readonly head?: ExplainedHead | undefined
}) {
  return head && <HeadSection title={title} line={head.line} headers={head.fields} />
}

function lines({ line, fields }: RecordedHead): string[] {
  return [line, ...fields.map(([name, value]) => `${name}: ${value}`)]
}

import { closeCodeMeaning } from '../../../../src/inspect/close-code-meaning.ts'
import type { CloseRecord } from '../../../../src/inspect/recording/records.ts'
import { clockTime } from '../../pure/format.ts'

interface CloseExplainedProps {
  readonly closed: CloseRecord
}

/** How a connection ended, what probably happened, and what to try. */
export function CloseExplained({ closed }: CloseExplainedProps) {
  const { code, reason, wasClean, by, trigger, diagnosis, at } = closed
  const { name, meaning, advice } = closeCodeMeaning(code)
  const fault = !wasClean || (code >= 1002 && code !== 1005 && code < 4000)
  return (
    <section
      class={fault ? 'card close fault' : 'card close'}
      aria-label="How the connection closed"
      data-testid="close-info"
    >
      <h2>
        <span class="close-code">{code}</span> {name}
      </h2>
      <p>{meaning}</p>
      <p data-testid="diagnosis">{diagnosis}</p>
      <p class="hint">{advice}</p>
      <dl class="facts">
        <dt>Reason</dt>
        <dd>{reason === '' ? 'none given' : `“${reason}”`}</dd>
        <dt>Ended by</dt>
        <dd>
          {by === 'local' ? 'this end' : 'the peer'} ({trigger})
        </dd>
        <dt>Clean</dt>
        <dd>
          {wasClean ? 'yes: both ends sent a close frame' : 'no: the closing handshake is missing'}
        </dd>
        <dt>At</dt>
        <dd>{clockTime(at)}</dd>
      </dl>
    </section>
  )
}

import type { PublishAnswer } from '../model/server-api.ts'
import { roundTrip } from '../pure/format.ts'

interface PublishResultProps {
  /** The answer, or why there was none. */
  readonly answer: PublishAnswer | string | undefined
}

export function PublishResult({ answer }: PublishResultProps) {
  return (
    <div class="publish-result" data-testid="publish-result" aria-live="polite">
      {typeof answer === 'string' && <p class="status bad">{answer}</p>}
      {typeof answer === 'object' && (
        <>
          <p class={answer.counts ? 'status good' : 'status bad'}>
            <b>
              {answer.status} {answer.statusText}
            </b>
            <span class="hint">{roundTrip(answer.milliseconds)}</span>
          </p>
          {answer.counts && (
            <dl class="counts">
              {answer.counts.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
          <code class="raw">{answer.body}</code>
        </>
      )}
    </div>
  )
}

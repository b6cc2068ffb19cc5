import { joinTokens, type JsonToken } from '../pure/json-tokens.ts'
import { TextView } from './text-view.tsx'

interface JsonViewProps {
  readonly tokens: readonly JsonToken[]
}

/** Each token is an element; beyond this many, colour is not worth the wait. */
const colouredTokens = 8000

export function JsonView({ tokens }: JsonViewProps) {
  if (tokens.length > colouredTokens) return <TextView text={joinTokens(tokens)} />
  return (
    <div class="content" tabIndex={0} role="region" aria-label="JSON of the message">
      <pre>
        {tokens.map(({ kind, text }, index) =>
          kind === 'punctuation' ? (
            text
          ) : (
            <span key={index} class={`json-${kind}`}>
              {text}
            </span>
          ),
        )}
      </pre>
    </div>
  )
}

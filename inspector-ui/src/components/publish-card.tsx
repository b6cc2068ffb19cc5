import { useSignal } from '@preact/signals'
import { publish, type PublishAnswer } from '../model/server-api.ts'
import type { Session } from '../model/session.ts'
import { parseHex } from '../pure/hex.ts'
import { topicNameError } from '../pure/target.ts'
import { Button } from './button.tsx'
import { PublishResult } from './publish-result.tsx'

interface PublishCardProps {
  readonly session: Session
}

const contentTypes = ['text/plain', 'application/json', 'application/octet-stream'] as const
type ContentType = (typeof contentTypes)[number]

const placeholders: Record<ContentType, string> = {
  'text/plain': 'Text for every member',
  'application/json': '{ "hello": "members" }',
  'application/octet-stream': 'de ad be ef',
}

/** One HTTP request, answered to this page and pushed to every member of the topic. */
export function PublishCard({ session }: PublishCardProps) {
  // Undefined while it is the topic of the connection form.
  const ownTopic = useSignal<string>()
  const body = useSignal('')
  const type = useSignal<ContentType>('text/plain')
  const answer = useSignal<PublishAnswer | string>()
  const busy = useSignal(false)
  const topic = ownTopic.value ?? session.topic.value
  const topicError = topicNameError(topic)
  const note = topicError ?? noteOn(body.value, type.value)

  async function send(): Promise<void> {
    const hex = type.value === 'application/octet-stream' ? parseHex(body.value) : undefined
    if (busy.value || topicError !== undefined || (hex && !hex.ok)) return
    busy.value = true
    try {
      answer.value = await publish(topic, hex ? hex.bytes : body.value, type.value)
    } catch {
      answer.value = 'The server did not answer.'
    }
    busy.value = false
  }

  return (
    <form
      class="card publish"
      aria-label="Publish by HTTP"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h2>Publish by HTTP</h2>
      <label class="field joined">
        <span class="method">POST /topics/</span>
        <span class="visually-hidden">topic</span>
        <input
          data-testid="publish-topic"
          class="mono"
          value={topic}
          onInput={(event) => (ownTopic.value = event.currentTarget.value)}
          aria-invalid={topicError !== undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
        />
      </label>
      <label class="field">
        <span class="visually-hidden">Body</span>
        <textarea
          data-testid="publish-text"
          rows={2}
          value={body.value}
          placeholder={placeholders[type.value]}
          onInput={(event) => (body.value = event.currentTarget.value)}
          aria-describedby="publish-note"
          spellcheck={false}
        />
      </label>
      <div class="pair publish-pair">
        <label class="field">
          <span class="visually-hidden">Content type</span>
          <select
            data-testid="publish-type"
            value={type.value}
            onChange={(event) => {
              const chosen = contentTypes.find((item) => item === event.currentTarget.value)
              if (chosen) type.value = chosen
            }}
          >
            {contentTypes.map((item) => (
              <option key={item}>{item}</option>
            ))}
          </select>
        </label>
        <Button type="submit" testId="publish-button" disabled={topicError !== undefined}>
          Publish
        </Button>
      </div>
      <p id="publish-note" class="hint bad" hidden={note === undefined}>
        {note}
      </p>
      <PublishResult answer={answer.value} />
    </form>
  )
}

/** What is wrong with the body. JSON is sent as it is: seeing what broken JSON does may be the point. */
function noteOn(body: string, type: ContentType): string | undefined {
  if (body.trim() === '') return undefined
  if (type === 'application/octet-stream') {
    const hex = parseHex(body)
    return hex.ok ? undefined : hex.message
  }
  if (type === 'text/plain') return undefined
  try {
    JSON.parse(body)
    return undefined
  } catch {
    return 'This is not JSON; it will be sent as it is.'
  }
}

import { useComputed, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ServerStatus } from '../model/server-status.ts'
import type { Session } from '../model/session.ts'
import { closeRequest } from '../pure/close-request.ts'
import { topicNameError } from '../pure/target.ts'
import { Button } from './button.tsx'
import { CloseOptions } from './close-options.tsx'
import { Segmented } from './segmented.tsx'
import { TopicChips } from './topic-chips.tsx'

interface ConnectCardProps {
  readonly server: ServerStatus
  readonly session: Session
}

export function ConnectCard({ server, session }: ConnectCardProps) {
  const { connection, mode, topic } = session
  const form = useRef<HTMLFormElement>(null)
  const code = useSignal('')
  const reason = useSignal('')
  const close = useComputed(() => closeRequest(code.value, reason.value))
  const state = connection.state.value
  const locked = state !== 'CLOSED'
  const topicError = mode.value === 'topic' ? topicNameError(topic.value) : undefined

  function connect(): void {
    if (topicError !== undefined) return
    connection.connect(
      mode.value === 'echo' ? { kind: 'echo' } : { kind: 'topic', name: topic.value },
    )
  }

  function disconnect(): void {
    const request = close.value
    if (request.ok) connection.disconnect(request.code, request.reason)
  }

  return (
    <form
      ref={form}
      class="card connect"
      aria-label="Connection"
      onSubmit={(event) => {
        event.preventDefault()
        connect()
      }}
    >
      <Segmented
        label="Connect to"
        value={mode.value}
        locked={locked}
        onChange={(next) => (mode.value = next)}
        segments={[
          { value: 'topic', label: 'Topic', testId: 'mode-topic' },
          { value: 'echo', label: 'Echo', testId: 'mode-echo' },
        ]}
      />
      {mode.value === 'echo' ? (
        <p class="hint">The server sends every message back to this page.</p>
      ) : (
        <>
          <label class="field">
            <span class="visually-hidden">Topic</span>
            <input
              id="topic-input"
              data-testid="topic-input"
              value={topic.value}
              onInput={(event) => (topic.value = event.currentTarget.value)}
              readOnly={locked}
              aria-invalid={topicError !== undefined}
              aria-describedby="topic-note"
              placeholder="Topic name"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
            />
          </label>
          <p id="topic-note" class={topicError === undefined ? 'hint' : 'hint bad'}>
            {topicError ?? 'What you send reaches every other member.'}
          </p>
          <TopicChips server={server} topic={topic} locked={locked} />
        </>
      )}
      <div class="pair">
        <Button
          type="submit"
          testId="connect"
          shortcut="c"
          look={locked ? 'plain' : 'primary'}
          disabled={locked || topicError !== undefined}
        >
          {state === 'CONNECTING' ? 'Connecting…' : 'Connect'}
        </Button>
        <Button
          testId="disconnect"
          shortcut="d"
          disabled={state === 'CLOSED' || state === 'CLOSING' || !close.value.ok}
          onClick={disconnect}
        >
          Disconnect
        </Button>
      </div>
      <CloseOptions code={code} reason={reason} request={close} />
    </form>
  )
}

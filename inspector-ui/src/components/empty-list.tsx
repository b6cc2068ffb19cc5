import type { Session } from '../model/session.ts'
import { topicNameError, topicPath } from '../pure/target.ts'
import { CopyButton } from './copy-button.tsx'

interface EmptyListProps {
  readonly session: Session
}

/** What to do when there is nothing to see. */
export function EmptyList({ session }: EmptyListProps) {
  const { log, topic, isOpen, mode } = session
  if (log.held() > 0) {
    return (
      <div class="empty-list">
        <p>No message matches the filter.</p>
      </div>
    )
  }
  const name = topicNameError(topic.value) === undefined ? topic.value : 'lobby'
  const command = `curl -d hello ${location.origin}${topicPath(name).replaceAll("'", '%27')}`
  return (
    <div class="empty-list">
      <p>
        <b>{isOpen.value ? 'Nothing sent or received yet' : 'No messages yet'}</b>
      </p>
      {mode.value === 'echo' ? (
        <p>Connect and send something; it comes straight back.</p>
      ) : (
        <>
          <p>Connect, then open this page in a second tab, or publish from a terminal:</p>
          <p class="command">
            <code>{command}</code>
            <CopyButton text={() => command} />
          </p>
        </>
      )}
    </div>
  )
}

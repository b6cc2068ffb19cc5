import type { Session } from '../model/session.ts'
import { topicNameError, topicPath } from '../pure/target.ts'
import { CopyButton } from './copy-button.tsx'

interface EmptyListProps {
  readonly session: Session
  /** Pixels that are taken by rows above: the events of a connection that has had no message yet. */
  readonly below: number
}

/** What to do when there is nothing to see. */
export function EmptyList({ session, below }: EmptyListProps) {
  const { log, topic, isOpen, mode } = session
  if (log.shown.length === 0 && log.held() > 0) {
    return (
      <div class="empty-list">
        <p>No message matches the filter.</p>
      </div>
    )
  }
  const name = topicNameError(topic.value) === undefined ? topic.value : 'lobby'
  // Without a type, curl calls it a form, which is published as bytes.
  const type = '-H content-type:text/plain'
  const parts = ['curl -d hello', type, `${location.origin}${shellSafe(topicPath(name))}`]
  return (
    <div class="empty-list" style={{ '--below': `${below}px` }}>
      <p>
        <b>{isOpen.value ? 'Nothing sent or received yet' : 'No messages yet'}</b>
      </p>
      {mode.value === 'echo' ? (
        <p>{isOpen.value ? 'Send' : 'Connect and send'} something; it comes straight back.</p>
      ) : (
        <>
          <p>
            {isOpen.value ? 'Open' : 'Connect, then open'} this page in a second tab, or publish
            from a terminal:
          </p>
          <p class="command">
            <code>
              {parts.map((part) => (
                <span key={part}>{part} </span>
              ))}
            </code>
            <CopyButton text={() => parts.join(' ')} />
          </p>
        </>
      )}
    </div>
  )
}

/** What encodeURIComponent leaves alone and a shell does not. */
function shellSafe(path: string): string {
  return path.replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
}

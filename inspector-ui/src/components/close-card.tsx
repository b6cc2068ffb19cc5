import { closeCodeMeaning } from '../../../src/inspect/close-code-meaning.ts'
import type { CloseInfo, Connection } from '../model/connection.ts'
import { duration } from '../pure/format.ts'

interface CloseCardProps {
  readonly connection: Connection
}

/** How the last connection ended, in words. */
export function CloseCard({ connection }: CloseCardProps) {
  const info = connection.closed.value
  if (!info) return null
  const { name, meaning, advice } = closeCodeMeaning(info.code)
  return (
    <section
      class={isFault(info) ? 'card close fault' : 'card close'}
      aria-label="How the connection closed"
      data-testid="close-info"
    >
      <h2>
        <span class="close-code">{info.code}</span> {name}
      </h2>
      <p>{meaning}</p>
      <p class="hint">{advice}</p>
      <dl class="facts">
        <dt>Reason</dt>
        <dd>{info.reason === '' ? 'none given' : `“${info.reason}”`}</dd>
        <dt>Closed by</dt>
        <dd>{closedBy(info)}</dd>
        <dt>wasClean</dt>
        <dd>
          {info.wasClean
            ? 'true: both ends sent a close frame'
            : 'false: the closing handshake is missing'}
        </dd>
        <dt>Was open</dt>
        <dd>{wasOpen(info)}</dd>
      </dl>
    </section>
  )
}

/** Codes that tell of something to look into. Those from 4000 on are the application's to judge. */
function isFault({ code, wasClean }: CloseInfo): boolean {
  return !wasClean || (code >= 1002 && code !== 1005 && code < 4000)
}

function wasOpen({ openFor }: CloseInfo): string {
  if (openFor === undefined) return 'never'
  return openFor < 1000 ? `${Math.round(openFor)} ms` : duration(openFor / 1000)
}

function closedBy({ asked, wasClean, openFor }: CloseInfo): string {
  if (asked) return openFor === undefined ? 'this page, before it opened' : 'this page'
  if (wasClean) return 'the server'
  return openFor === undefined ? 'refused or not reached' : 'no one: the connection was lost'
}

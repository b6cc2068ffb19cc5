import type { Signal } from '@preact/signals'
import type { ServerStatus } from '../model/server-status.ts'
import { count } from '../pure/format.ts'

interface TopicChipsProps {
  readonly server: ServerStatus
  readonly topic: Signal<string>
  readonly locked: boolean
}

const shown = 6

/** The topics with the most members, by name so that each keeps its place; a click takes one. */
export function TopicChips({ server, topic, locked }: TopicChipsProps) {
  const topics = [...server.topics.value].sort((a, b) => b.members - a.members)
  if (topics.length === 0) return null
  const more = topics.length - shown
  return (
    <ul class="chips" aria-label="Topics in use" data-testid="topics">
      {topics
        .slice(0, shown)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, members }) => (
          <li key={name}>
            <button
              type="button"
              class="chip"
              aria-pressed={name === topic.value}
              aria-disabled={locked}
              title={`${name}: ${count(members, 'member')}`}
              onClick={() => {
                if (!locked) topic.value = name
              }}
            >
              <span>{name}</span>
              <b>
                {members}
                <span class="visually-hidden"> {members === 1 ? 'member' : 'members'}</span>
              </b>
            </button>
          </li>
        ))}
      {more > 0 && <li class="chips-more">and {more} more</li>}
    </ul>
  )
}

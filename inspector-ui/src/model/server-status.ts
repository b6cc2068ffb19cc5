import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { poll } from './poll.ts'
import { getHealth, getTopics, type Health, type Topic } from './server-api.ts'

export interface ServerStatus {
  readonly health: ReadonlySignal<Health | undefined>
  readonly reachable: ReadonlySignal<boolean>
  readonly topics: ReadonlySignal<readonly Topic[]>
  readonly refresh: () => void
}

/** What the server says of itself, asked again every few seconds. */
export function createServerStatus(interval: number = 3000): ServerStatus {
  const health = signal<Health>()
  const reachable = signal(true)
  const topics = signal<readonly Topic[]>([])

  async function ask(abort: AbortSignal): Promise<void> {
    try {
      const [nextHealth, nextTopics] = await Promise.all([getHealth(abort), getTopics(abort)])
      batch(() => {
        health.value = nextHealth
        topics.value = nextTopics
        reachable.value = true
      })
    } catch {
      reachable.value = false
    }
  }

  poll(ask, interval)
  return { health, reachable, topics, refresh: () => void ask(new AbortController().signal) }
}

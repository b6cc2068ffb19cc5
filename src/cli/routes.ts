import { topicFault } from '../node/index.ts'

/** What a path of the ready server leads to. */
export type Route =
  | { readonly kind: 'page' | 'health' | 'topics' | 'echo' }
  | { readonly kind: 'topic'; readonly name: string }
  /** It names a topic, but not one that can be. */
  | { readonly kind: 'no-topic'; readonly fault: string }
  | { readonly kind: 'peer' | 'ping'; readonly id: string }

/** @returns `undefined` for a path that means nothing. Files of the live page are not routes. */
export function routeOf(path: string): Route | undefined {
  if (path === '/') return { kind: 'page' }
  if (path === '/health') return { kind: 'health' }
  if (path === '/topics') return { kind: 'topics' }
  if (path === '/echo') return { kind: 'echo' }
  const [, first, second, third, ...more] = path.split('/')
  if (!second || more.length > 0) return undefined
  if (first === 'topics' && third === undefined) return topicRoute(second)
  if (first === 'peers' && third === undefined) return { kind: 'peer', id: second }
  if (first === 'peers' && third === 'ping') return { kind: 'ping', id: second }
  return undefined
}

function topicRoute(encoded: string): Route {
  try {
    const name = decodeURIComponent(encoded)
    const fault = topicFault(name)
    return fault === undefined
      ? { kind: 'topic', name }
      : { kind: 'no-topic', fault: `the topic name ${fault}` }
  } catch {
    return { kind: 'no-topic', fault: 'the topic name is not percent-encoded UTF-8' }
  }
}

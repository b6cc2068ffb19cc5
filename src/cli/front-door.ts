import { isLoopback } from './listen-options.ts'

/** Addresses that stand for all of this machine, and one of them that a browser here can ask for. */
const everywhere: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
])

/** A server as far as its door goes. */
interface Inspected {
  readonly hostname: string
  readonly url: string
  readonly inspector: { readonly url: string } | undefined
}

/**
 * The link to the live page from which the inspector is opened, with its token; where no browser of this machine
 * reaches the page by loopback, that of the inspector itself. The token is behind `#`, so the server never has it
 * and can tell nobody, and the page keeps it for its tab: a cookie would go to every port of this machine, and
 * so to programs of others.
 * @returns `undefined` when nothing is inspected.
 */
export function frontDoor({ hostname, inspector, url }: Inspected): string | undefined {
  if (!inspector) return undefined
  const here = everywhere.get(hostname)
  if (here === undefined && !isLoopback(hostname)) return inspector.url
  const page = new URL(url)
  if (here !== undefined) page.hostname = here
  const { port, hash } = new URL(inspector.url)
  page.hash = `inspector=${port}.${hash.slice('#token='.length)}`
  return page.href
}

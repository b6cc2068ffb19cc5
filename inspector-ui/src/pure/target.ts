/** What a connection of the page talks to. */
export type Target = { readonly kind: 'topic'; readonly name: string } | { readonly kind: 'echo' }

/** Why a topic name cannot be used; undefined when it can: 1 to 256 characters, none a control character. */
export function topicNameError(name: string): string | undefined {
  if (name === '') return 'Enter a topic name.'
  if (name.length > 256) return `A topic name has at most 256 characters; this has ${name.length}.`
  // A URL parser takes these for steps in the path, even written as %2e.
  if (name === '.' || name === '..') return 'A topic called . or .. cannot stand in a URL.'
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return 'A topic name has no control characters.'
  // A lone surrogate has no UTF-8, so encodeURIComponent would throw.
  return name.isWellFormed() ? undefined : 'A topic name is well-formed Unicode.'
}

/** The path of a topic, for the WebSocket and for publishing by HTTP. */
export function topicPath(name: string): string {
  return `/topics/${encodeURIComponent(name)}`
}

/** The path that a connection asks for; `peer` is how the page asks the server about it afterwards. */
export function targetPath(target: Target, peer: string): string {
  const path = target.kind === 'topic' ? topicPath(target.name) : '/echo'
  return `${path}?peer=${encodeURIComponent(peer)}`
}

export function targetLabel(target: Target): string {
  return target.kind === 'topic' ? `topic ${target.name}` : 'echo'
}

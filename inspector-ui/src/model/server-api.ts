import { topicPath } from '../pure/target.ts'

/** The HTTP side of the server, typed. Answers are checked, since a proxy may put anything in between. */

export interface Health {
  readonly status: string
  readonly connections: number
  readonly topics: number
  /** Seconds. */
  readonly uptime: number
}

export interface Topic {
  readonly name: string
  readonly members: number
}

export interface ExplainedHeader {
  readonly name: string
  readonly value: string
  readonly meaning: string
}

export interface Head {
  /** The request line or the status line. */
  readonly line: string
  readonly headers: readonly ExplainedHeader[]
}

export interface Peer {
  readonly remote: string
  /** Milliseconds since the epoch. */
  readonly openedAt: number
  readonly request: Head
  readonly response: Head
}

export interface PublishAnswer {
  readonly status: number
  readonly statusText: string
  /** How long the answer took. */
  readonly milliseconds: number
  readonly body: string
  /** The counts in the answer; undefined when the server refused. */
  readonly counts: ReadonlyArray<readonly [string, number]> | undefined
}

/** The server answered, but not with what was asked for. */
export class AnswerError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'AnswerError'
    this.status = status
  }
}

export async function getHealth(signal: AbortSignal): Promise<Health> {
  const { status, connections, topics, uptime } = record(await getJson('/health', { signal }))
  return {
    status: String(status),
    connections: Number(connections),
    topics: Number(topics),
    uptime: Number(uptime),
  }
}

export async function getTopics(signal: AbortSignal): Promise<Topic[]> {
  const { topics } = record(await getJson('/topics', { signal }))
  return array(topics).map((item) => {
    const { name, members } = record(item)
    return { name: String(name), members: Number(members) }
  })
}

export async function getPeer(id: string, signal: AbortSignal): Promise<Peer> {
  const peer = record(await getJson(`/peers/${encodeURIComponent(id)}`, { signal }))
  return {
    remote: String(peer['remote']),
    openedAt: Number(peer['openedAt']),
    request: head(peer['request']),
    response: head(peer['response']),
  }
}

/** Milliseconds from a ping that the server sends to this page until its pong. */
export async function pingPeer(id: string, signal: AbortSignal): Promise<number> {
  const path = `/peers/${encodeURIComponent(id)}/ping`
  const { rtt } = record(await getJson(path, { method: 'POST', signal }))
  if (typeof rtt !== 'number') throw new AnswerError(200, 'The answer has no round-trip time.')
  return rtt
}

export async function publish(
  topic: string,
  body: string | Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<PublishAnswer> {
  const started = performance.now()
  const headers = { 'content-type': contentType }
  const response = await fetch(topicPath(topic), { method: 'POST', headers, body })
  const text = await response.text()
  return {
    status: response.status,
    statusText: response.statusText,
    milliseconds: performance.now() - started,
    body: text.trim(),
    counts: response.ok ? counts(text) : undefined,
  }
}

async function getJson(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(path, { ...init, cache: 'no-store' })
  const text = await response.text()
  if (!response.ok) throw new AnswerError(response.status, text.trim() || response.statusText)
  try {
    return JSON.parse(text)
  } catch {
    throw new AnswerError(response.status, `The answer to ${path} is not JSON.`)
  }
}

function counts(text: string): Array<readonly [string, number]> {
  const answer = record(JSON.parse(text))
  return ['matched', 'sent', 'buffered', 'dropped'].map((name) => [name, Number(answer[name])])
}

function head(value: unknown): Head {
  const { line, headers } = record(value)
  const explained = array(headers).map((item) => {
    const header = record(item)
    return {
      name: String(header['name']),
      value: String(header['value']),
      meaning: String(header['meaning']),
    }
  })
  return { line: String(line), headers: explained }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function array(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

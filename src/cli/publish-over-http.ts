import { LocalProtocolError, type HttpRequest, type Message, type Server } from '../node/index.ts'
import { json, plain } from './responses.ts'

/**
 * One request answered to its sender and pushed to everyone else: the body goes to every member of the
 * topic, and the answer says what became of it. A body over the message limit is a 413 of the server,
 * and nothing is published.
 */
export async function publishOverHttp(
  server: Pick<Server, 'publish' | 'limits'>,
  topic: string,
  request: HttpRequest,
): Promise<Response> {
  const body = await request.bytes({ limit: server.limits.message })
  const message = messageOf(body, request.headers.get('content-type') ?? '')
  if (message === undefined) return plain(400, 'the body is declared as text but is not UTF-8')
  try {
    return json({ topic, ...server.publish(topic, message) })
  } catch (error) {
    if (error instanceof LocalProtocolError) return plain(400, error.message)
    throw error
  }
}

/** Text and JSON go as text, anything else as binary. */
function messageOf(body: Uint8Array, contentType: string): Message | undefined {
  if (!/^(text\/|application\/(.+\+)?json\b)/i.test(contentType)) return body
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}

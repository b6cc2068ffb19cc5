import { LocalProtocolError } from '../errors/index.ts'

const longest = 256

/**
 * `name` when it can be a topic: 1 to 256 UTF-16 units without control characters.
 * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
 */
export function checkTopic(name: string): string {
  const fault = topicFault(name)
  if (fault) throw new LocalProtocolError('ERR_TOPIC_NAME', `topic name ${fault}`)
  return name
}

/**
 * What is wrong with `name` as a topic, such as `is empty`; `undefined` when nothing is. For an `upgrade`
 * handler that refuses early.
 */
export function topicFault(name: unknown): string | undefined {
  if (typeof name !== 'string') return `is a ${typeof name}, not a string`
  if (name.length === 0) return 'is empty'
  if (name.length > longest) return `has ${name.length} characters, over the limit of ${longest}`
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0)) return `has a control character at ${i}`
  }
  return undefined
}

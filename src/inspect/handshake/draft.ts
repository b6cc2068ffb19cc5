import { challengeNumbers } from '../../core/drafts/hixie-handshake.ts'
import { finding, type Finding } from './finding.ts'
import type { Exchange, WrittenRequest, WrittenResponse } from './written-head.ts'

/** A draft that was shipped before RFC 6455. */
export type Draft = 'hixie-75' | 'hixie-76' | 'hybi-7' | 'hybi-8'

/** What a draft is called, when, and who spoke it. */
const history: Readonly<Record<Draft, string>> = {
  'hixie-75': 'hixie-75 of 2010 (Chrome 4, Safari 5.0.0)',
  'hixie-76': 'hixie-76, also hybi-00, of 2010 (Chrome 6 to 13, Safari 5.0.1 to 5.1, iOS 4 and 5)',
  'hybi-7': 'hybi-7 of 2011, version 7 (Firefox 6)',
  'hybi-8': 'hybi-8 to hybi-12 of 2011, version 8 (Chrome 14 and 15, Firefox 7 to 10)',
}

/** The draft that a request speaks; `undefined` for RFC 6455 or what is none of them. */
export function draftOf({ fields }: WrittenRequest): Draft | undefined {
  const version = fields.get('sec-websocket-version')
  if (version === '7' || version === '8') return `hybi-${version}`
  if (version !== undefined || fields.has('sec-websocket-key')) return undefined
  if (fields.has('sec-websocket-key1') || fields.has('sec-websocket-key2')) return 'hixie-76'
  // The draft fixes every byte of this header, where RFC 6455 writes `websocket`.
  return fields.get('upgrade') === 'WebSocket' && fields.has('origin') ? 'hixie-75' : undefined
}

/** What is to be said of an exchange in a draft. */
export function judgeDraft({ request, response }: Exchange): Finding[] {
  const draft = request && draftOf(request)
  if (!draft) return []
  const said = finding('draft', 'request', `The request speaks the draft ${history[draft]}.`)
  if (draft.startsWith('hybi')) return [said]
  const keys = judgeKeys(request, draft)
  const accepted = response?.status === 101
  return [said, ...keys, ...(accepted ? judgeHixieAnswer(request, response, draft) : [])]
}

/** Whether an answer is written as hixie-75 or hixie-76 does. */
export function isHixieAnswer({ fields }: WrittenResponse): boolean {
  const named = ['sec-websocket-location', 'websocket-location', 'websocket-origin']
  return !fields.has('sec-websocket-accept') && named.some((name) => fields.has(name))
}

function judgeKeys({ fields }: WrittenRequest, draft: Draft): Finding[] {
  const wrong: Finding[] = []
  if (draft === 'hixie-76' && !challengeNumbers(fields)) {
    wrong.push(
      finding('draft-key', 'request', 'Sec-WebSocket-Key1 and -Key2 do not hide two numbers.'),
    )
  }
  if (!fields.has('origin')) {
    wrong.push(finding('draft-key', 'request', 'The draft requires Origin, and there is none.'))
  }
  return wrong
}

/** §5.2: the answer repeats the origin and has the URL. */
function judgeHixieAnswer(
  request: WrittenRequest,
  { fields }: WrittenResponse,
  draft: Draft,
): Finding[] {
  const prefix = draft === 'hixie-75' ? 'WebSocket-' : 'Sec-WebSocket-'
  const origin = request.fields.get('origin')
  const place = `${request.fields.get('host') ?? ''}${request.target}`
  const rows = [
    { field: `${prefix}Origin`, right: [origin ?? ''] },
    { field: `${prefix}Location`, right: [`ws://${place}`, `wss://${place}`] },
  ]
  return rows
    .filter(({ field, right }) => !right.includes(fields.get(field) ?? ''))
    .map(({ field, right }) => {
      const value = fields.get(field)
      const text = value === undefined ? `The answer has no ${field}.` : `${field} is ${value}.`
      const detail = { expected: `${field}: ${right.join(' or ')}`, field: value && field }
      return finding('draft-key', 'response', text, detail)
    })
}

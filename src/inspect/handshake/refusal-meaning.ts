/** What these say in a response that is no 101; elsewhere they mean what they do in a handshake. */
const meanings: ReadonlyMap<string, (value: string) => string> = new Map<
  string,
  (value: string) => string
>([
  [
    'connection',
    (value) =>
      value.toLowerCase() === 'close'
        ? 'The server ends the connection behind this answer (RFC 9112 §9.6).'
        : 'What becomes of the HTTP connection behind this answer (RFC 9110 §7.6.1).',
  ],
  ['upgrade', (value) => `The server could change to ${value} on request (RFC 9110 §7.8).`],
  [
    'content-length',
    (value) => `${value} bytes of content follow; they may say why (RFC 9110 §8.6).`,
  ],
  ['content-type', (value) => `The content is ${value.split(';')[0]!} (RFC 9110 §8.3).`],
  ['transfer-encoding', () => 'How the content that follows is cut into pieces (RFC 9112 §6.1).'],
  [
    'www-authenticate',
    (value) => `How to log in: by ${value.split(' ', 1)[0]!} (RFC 9110 §11.6.1).`,
  ],
])

/** What a header says in a response that refuses; `undefined` where that is nothing of its own. */
export function refusalMeaning(name: string, value: string): string | undefined {
  return meanings.get(name.toLowerCase())?.(value)
}

/** Data of any length, the same each time. `json`, `prose` and `html` are UTF-8, the others are not. */
export interface Sample {
  readonly sample: keyof typeof makers
  readonly length: number
}

/** The sample, cut to its length; text is cut to whole characters and filled up with spaces. */
export function sample({ sample: name, length }: Sample): Uint8Array {
  const bytes = Buffer.alloc(length)
  makers[name](bytes)
  return bytes
}

const makers = {
  /** The payload of text cases of the Autobahn testsuite. */
  stars: (bytes: Buffer): void => void bytes.fill('*'),
  /** And of binary ones. */
  fe: (bytes: Buffer): void => void bytes.fill(0xfe),
  json: (bytes: Buffer): void => repeat(bytes, (at) => `{"id":${at},"name":"peer ${at % 97}"},\n`),
  prose: (bytes: Buffer): void =>
    repeat(bytes, (at) => `Ihr naht euch wieder, schwankende Gestalten, ${at % 31} früh sich.\n`),
  html: (bytes: Buffer): void =>
    repeat(bytes, (at) => `<li class="row"><a href="/item/${at}">Item – ${at % 53}</a></li>\n`),
  /** A picture: smooth, with runs that compress. */
  bitmap: (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = ((at >> 5) ^ ((at % 512) >> 3)) & 0xff
  },
  /** Nothing that compresses (xorshift32). */
  noise: (bytes: Buffer): void => {
    let state = 0x9e3779b9
    for (let at = 0; at < bytes.length; at++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      bytes[at] = state
    }
  },
}

function repeat(bytes: Buffer, line: (at: number) => string): void {
  let at = 0
  for (let number = 0; at < bytes.length; number++) {
    const next = Buffer.from(line(number))
    if (at + next.length > bytes.length) return void bytes.fill(' ', at)
    bytes.set(next, at)
    at += next.length
  }
}

/** The attacks of shared/limits.md in its order: each a program here, or a test that proves it already. */
export interface Row {
  /** What limits.md calls it. */
  readonly attack: string
  /** In the words of limits.md. */
  readonly gate: string
  /** The file of the attack. */
  readonly name?: string
  /** Those of its figures that the table has. */
  readonly shows?: readonly string[]
  /** Of so many rounds the table has the middle one: of what is counted one is enough, of time it is not. */
  readonly rounds?: number
  /** A test that proves it in full, and so is not written twice: its file and its name. */
  readonly provedBy?: readonly [file: string, test: string]
}

const memory = 'memory growth (MiB)'
const held = 'held (MiB)'
const p99 = 'bystander p99 (ms)'
const closed = 'closed after (s)'

export const rows: readonly Row[] = [
  row('ping flood, pongs never read', '<= 8 MiB', 'ping-flood', memory, 'connection'),
  row('slow reader while the server sends', 'limit + 2 MiB', 'slow-reader', memory, held),
  row(
    '16,000 fragments of 1 byte (limit raised)',
    '3x payload + 64 KiB: 111 KiB',
    'tiny-fragments',
    'memory for each (KiB)',
  ),
  row('1 M empty fragments', '1008', 'empty-fragments', 'connection', memory),
  row(
    'inflate bomb, 4 connections x 306 KB to 300 MiB',
    '4 x 1 MiB + 16 MiB',
    'inflate-bomb',
    memory,
    'connections',
  ),
  row('100 k tiny compressed frames', 'p99 <= 10 ms', 'tiny-compressed', p99, 'took (ms)'),
  row('1 M messages of 1 byte in one burst', 'p99 <= 20 ms', 'message-burst', p99, 'took (ms)'),
  row('slowloris (no bytes, half a head, dripped headers)', '<= 10 s', 'slowloris', closed),
  row(
    'idle, half-open, partial frame',
    '40 s, 30 s: 1006, 1008',
    'silent-peers',
    'no answer (s)',
    'half a frame (s)',
    'codes',
  ),
  row(
    'close never answered',
    '<= 10 s, 0 sockets left',
    'unanswered-close',
    closed,
    'sockets while they wait',
  ),
  row('15 KB of spaces in a header', '<= 20 ms, linear', 'spaces', '15 KB (ms)'),
  row('reset at every byte offset of a frame', '1006', 'reset-at-every-byte', 'codes'),
  row('FIN without a close frame, at every byte', '1006', 'end-at-every-byte', 'codes'),
  row('zero receive window', 'limit + 2 MiB', 'zero-window', closed, held),
  row('a handler that throws', '1011, others untouched', 'throwing-handler', 'connections'),
  row(
    'abort before, during and after the handshake',
    '0 handles left',
    'aborted-handshakes',
    'sockets left',
    'handles left',
  ),
  row(
    '100,000 open/close cycles',
    'heap slope about 0',
    'open-close-cycles',
    'heap for each (bytes)',
  ),
  row(
    '10,000 idle connections, and when they have closed',
    '<= 8 KiB each',
    'idle-connections',
    'for each (KiB)',
    'before (MiB)',
    'open (MiB)',
    'closed again (MiB)',
  ),
  row(
    'ulimit -n 64',
    'accept resumes, no spin',
    'no-descriptors',
    'afterwards it',
    'processor while full (%)',
  ),
  row(
    'SIGTERM drain',
    '1001 to all, new upgrades 503',
    'sigterm',
    'connections',
    'new upgrade',
    'exit',
  ),
  row('`__proto__` and `constructor` as names', 'none polluted', 'prototype-names', 'polluted'),
  row('close reason as a typed array', '0 foreign bytes', 'typed-reason', 'foreign bytes'),
  proved(
    'double upgrade of one socket',
    'throws',
    'test/node/attach.test.ts',
    'of one socket twice throws, and harms nothing',
  ),
  proved(
    'a client aborts its connect at any time',
    '0 handles left',
    'test/node/connect-abort.test.ts',
    'that is aborted while ${scheme} waits for an answer',
  ),
  proved(
    'CR/LF in what a caller gives a server',
    'throws',
    'test/core/handshake/acceptance.test.ts',
    'a\\r\\nb: c',
  ),
  proved(
    'CR/LF in what a caller gives a client',
    'throws',
    'test/core/handshake/client-handshake.test.ts',
    'a\\r\\nb: c',
  ),
  proved(
    'TLS sockets always have an error listener',
    'no crash',
    'test/node/socket-end.test.ts',
    'over TLS, from either side and by a reset',
  ),
]

function row(attack: string, gate: string, name: string, ...shows: string[]): Row {
  return { attack, gate, name, shows, rounds: shows.includes(p99) ? 3 : 1 }
}

function proved(attack: string, gate: string, file: string, test: string): Row {
  return { attack, gate, provedBy: [file, test] }
}

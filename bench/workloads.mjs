/**
 * The workloads of shared/bench, as arguments of the generator. `settings` is what servers are told (see
 * servers/settings.mjs), `memory` says that bytes of RSS for a connection are measured instead of CPU.
 */
const mebibyte = 2 ** 20
const echo = (conns, size, ...more) => ['--mode', 'echo', '--conns', conns, '--size', size, ...more]
const fanout = (conns, size, window) => {
  return ['--mode', 'bcast', '--conns', conns, '--size', size, '--window', window]
}
const idle = (...more) => ['--mode', 'idle', '--conns', 10_000, '--hold', 4, ...more]

export const workloads = {
  echo64: { what: 'echo, 64 connections x 64 B', args: echo(64, 64) },
  echo1000: { what: 'echo, 1,000 connections x 64 B', args: echo(1000, 64) },
  echo1k: { what: 'echo, 64 connections x 1 KiB', args: echo(64, 1024) },
  pipelined: { what: 'pipelined, 16 in flight, 64 B', args: echo(64, 64, '--depth', 16) },
  'pipelined-text': {
    what: 'pipelined, 16 in flight, 64 B of text',
    args: echo(64, 64, '--depth', 16, '--text'),
  },
  echo64k: { what: 'echo, 16 connections x 64 KiB', args: echo(16, 65_536) },
  echo1m: {
    what: 'echo, 4 connections x 1 MiB',
    args: echo(4, mebibyte),
    settings: { message: mebibyte },
  },
  fanout1000: { what: 'fan-out to 1,000, 64 B', args: fanout(1000, 64, 4) },
  fanout10000: { what: 'fan-out to 10,000, 64 B', args: fanout(10_000, 64, 2) },
  'fanout-deflate': {
    what: 'fan-out to 1,000, 1 KiB JSON, compressed',
    args: [...fanout(1000, 1024, 2), '--json', '--deflate'],
    settings: { deflate: 'default' },
  },
  storm: {
    what: 'connect, upgrade, close',
    args: ['--mode', 'storm', '--conns', 32, '--src', 8],
  },
  idle: { what: 'idle connection', args: idle('--size', 64), memory: true },
  'idle-touched': {
    what: 'idle after one message',
    args: idle('--size', 64, '--touch'),
    memory: true,
  },
  'idle-deflate': {
    what: 'idle after 1 KiB, compression agreed on',
    // ws compresses nothing that is smaller.
    args: idle('--size', 1024, '--json', '--touch', '--deflate'),
    settings: { deflate: 'default' },
    memory: true,
  },
}

/** The workloads of shared/bench that need nothing but echo and fan-out, as arguments of wsload. */
export const workloads = {
  echo64: ['--mode', 'echo', '--conns', 64, '--size', 64],
  echo1000: ['--mode', 'echo', '--conns', 1000, '--size', 64],
  echo1k: ['--mode', 'echo', '--conns', 64, '--size', 1024],
  pipelined: ['--mode', 'echo', '--conns', 64, '--size', 64, '--depth', 16],
  echo64k: ['--mode', 'echo', '--conns', 16, '--size', 65_536],
  echo1m: ['--mode', 'echo', '--conns', 4, '--size', 1_048_576],
  fanout1000: ['--mode', 'bcast', '--conns', 1000, '--size', 64, '--window', 4],
  fanout10000: ['--mode', 'bcast', '--conns', 10_000, '--size', 64, '--window', 2],
  storm: ['--mode', 'storm', '--conns', 32, '--src', 8],
}

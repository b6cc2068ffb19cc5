/** A report as bench/results/latest.json has them, of made-up figures. */

export const contenders: Contenders = {
  tidewire: { title: 'Tidewire' },
  ws: { title: 'ws' },
  deno: { title: 'Deno' },
  'socket.io': { title: 'Socket.IO', note: 'events of its own' },
  net: { title: 'bare net', control: true },
}

function figures(rate: number, ratio: number): Figures {
  return {
    messagesPerSecond: rate,
    cpuMicrosecondsPerMessage: Number((10 / ratio).toPrecision(3)),
    p50Microseconds: 500,
    p99Microseconds: 1500,
    serverCpu: 0.95,
    generatorCpu: 0.5,
    ratio,
    spread: [ratio / 2, ratio * 2],
  }
}

const made = { date: '2026-11-21', node: 'v20.20.2', cpu: 'a < b & c', rounds: 5, seconds: 4 }

export const report: Report = {
  versions: { ws: 'ws 8.23.0', 'socket.io': 'socket.io 4.8.4' },
  workloads: {
    echo64: {
      what: 'echo',
      ...made,
      results: {
        tidewire: figures(123_456, 2),
        ws: figures(60_000, 1),
        'socket.io': figures(20_000, 0.25),
        net: { ...figures(150_000, 3), generatorCpu: 0.96 },
      },
    },
    'fanout-deflate': {
      what: 'fan-out, compressed',
      ...made,
      results: {
        tidewire: figures(50_000, 16),
        ws: figures(3000, 1),
        deno: { unable: 'does not compress' },
      },
    },
    idle: {
      what: 'idle',
      memory: true,
      ...made,
      results: {
        tidewire: { bytesPerConnection: 5120, ratio: 1.2, spread: [1.1, 1.3] },
        ws: { bytesPerConnection: 6144, ratio: 1, spread: [1, 1] },
      },
    },
  },
}

const both = (tidewire: Figures, ws: Figures): Results => ({ tidewire, ws })

export const growth: Readonly<Record<string, Section>> = {
  connections: {
    ...made,
    points: [1, 10, 100].map((count) => ({
      count,
      results: both(figures(1000, 2), figures(900, 1)),
    })),
  },
  memory: {
    ...made,
    points: [1000, 10_000].map((count) => ({
      count,
      results: both({ bytesPerConnection: 6000 }, { bytesPerConnection: 7000 }),
    })),
  },
  latency: {
    ...made,
    points: [
      {
        what: 'half busy',
        results: both(figures(50_000, 2), { ...figures(40_000, 1), generatorCpu: 0.97 }),
      },
    ],
  },
  cores: {
    ...made,
    points: [
      { what: 'one process', results: both(figures(50_000, 2), figures(40_000, 1)) },
      { what: 'two, reusePort', results: both(figures(80_000, 2), { unable: 'needs Node 22.12' }) },
    ],
  },
}

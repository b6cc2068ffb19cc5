/**
 * Runs one attack: the file of an attack calls {@link attack} and is a program,
 *
 *     node build/attack/ping-flood.js [--against ws] [--short]
 *
 * which starts the server in a process of its own, attacks it from this one while a bystander in a third
 * is served, and prints one line of JSON: the figures, and whether they are within their gates.
 */
import { setPriority } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { BystanderProcess } from './bystander-process.ts'
import { contenders } from './contenders.ts'
import { type Gate, is, type Judged, judge, notKnown } from './gate.ts'
import { givePrecedence } from './precedence.ts'
import { socketCount } from './process-figures.ts'
import { Scene } from './scene.ts'
import { type ServerOptions, startServer } from './server-process.ts'
import { warmUp } from './warm-up.ts'

/** Milliseconds, bytes in MiB, counts, and states in words. */
export type Figures = Readonly<Record<string, number | string>>

export interface Attack {
  readonly server?: ServerOptions
  /** The server is ended by the attack, so that nobody can stand by. */
  readonly fatal?: boolean
  /** On top of those that every attack has: no socket is left, and the bystander notices nothing. */
  readonly gates: Readonly<Record<string, Gate>>
  /** What Tidewire promises besides, and another may do in its own way. */
  readonly ours?: Readonly<Record<string, Gate>>
  readonly run: (scene: Scene) => Promise<Figures>
}

/** The line that the program of an attack prints. */
export interface Result {
  readonly attack: string
  readonly against: string
  readonly version: string
  readonly form: 'full' | 'short'
  readonly figures: Figures
  readonly gates: readonly Judged[]
  readonly passed: boolean
}

const { values } = parseArgs({
  options: {
    against: { type: 'string', default: 'tidewire' },
    short: { type: 'boolean', default: false },
  },
})

/** Whether this is the form for CI, with limits that are sooner reached. */
export const { short } = values
export const MiB = 1 << 20

/** No attack waits as long, whatever its server does. */
const longest = 240_000

export async function attack(definition: Attack): Promise<void> {
  setTimeout(() => process.exit(1), longest).unref()
  const { against } = values
  const figures = await perform(definition, against)
  const own = against === 'tidewire' ? definition.ours : {}
  const always: Record<string, Gate> = {
    'sockets left': is(0),
    'bystander lost': is('no'),
    server: is('serves'),
  }
  const gates = judge(figures, {
    ...(definition.fatal ? {} : always),
    ...definition.gates,
    ...own,
  })
  const result: Result = {
    attack: basename(process.argv[1]!, '.js'),
    against,
    version: contenders[against]!.version(),
    form: short ? 'short' : 'full',
    figures,
    gates,
    passed: gates.every(({ passed }) => passed),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

async function perform(definition: Attack, against: string): Promise<Figures> {
  const server = await startServer(against, definition.server ?? {})
  const scene = new Scene(server)
  // Where there are fewer cores than processes, those who suffer the attack go first.
  setPriority(5)
  try {
    await warmUp(server)
    return definition.fatal
      ? rounded(await definition.run(scene))
      : rounded(await watched(definition, scene))
  } finally {
    scene.leave()
    await server.end()
  }
}

/** The attack, with what it did to the memory of the server, to its sockets and to a bystander. */
async function watched({ run }: Attack, scene: Scene): Promise<Figures> {
  const { server } = scene
  const socketsBefore = socketCount(server.pid)
  const handlesBefore = (await server.state())?.handles
  const bystander = await BystanderProcess.start(server)
  // Not in CI, where other tests run at the same time.
  if (!short) for (const one of [server, bystander]) givePrecedence(one.pid)
  await scene.watch()
  bystander.begin()
  const figures = await run(scene)
  const growth = scene.memoryGrowth()
  const seen = await bystander.end()
  scene.leave()
  const left = await server.settled(({ sockets }) => sockets === 0)
  const open = server.alive ? socketCount(server.pid) - socketsBefore : 0
  const handles = left?.handles === undefined ? notKnown : left.handles - handlesBefore!
  return {
    'memory growth (MiB)': growth / MiB,
    ...figures,
    'bystander p50 (ms)': seen.p50,
    'bystander p99 (ms)': seen.p99,
    'bystander max (ms)': seen.max,
    'bystander lost': seen.lost ? 'yes' : 'no',
    'sockets left': Math.max(left?.sockets ?? 0, open),
    'handles left': handles,
    server: server.alive ? 'serves' : 'died',
  }
}

function rounded(figures: Figures): Figures {
  const round = (value: number | string): number | string =>
    typeof value === 'number' ? Math.round(value * 100) / 100 : value
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)]))
}

import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { deferred } from '../../dist/node/deferred.js'
import type { Statement } from './account.ts'
import { judge } from './judge.ts'
import type { Figures, Order, Ports, Told } from './messages.ts'
import { planOf } from './plan.ts'
import { Totals } from './totals.ts'

/** How long and how wide a soak is. */
export interface SoakOptions {
  readonly seed: number
  /** Milliseconds of each tide: connections come and go, and at its end all of them are over. */
  readonly tides: readonly number[]
  /** Processes with clients, and connections that each keeps open. */
  readonly processes: number
  readonly width: number
  /** Told after each tide. */
  readonly told?: (tide: Tide) => void
}

/** What the processes held when all connections were over. */
export interface Tide {
  /** Seconds since the start. */
  readonly at: number
  readonly server: Figures
  readonly clients: readonly Figures[]
  readonly connections: number
}

export interface SoakResult {
  readonly seed: number
  readonly seconds: number
  readonly totals: Totals
  /** The first is from before the first connection. */
  readonly tides: readonly Tide[]
  readonly faults: readonly string[]
}

/** So many are kept; the first ones say what is wrong. */
const mostFaults = 200

/** Runs a server and its clients in processes of their own and compares what both ends say. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { seed, processes, width } = options
  const started = performance.now()
  const run = new Run(seed)
  const server = run.child('server', seed)
  const ports = await server.listening
  const clients = Array.from({ length: processes }, (_, i) =>
    run.child('clients', seed, i + 1, processes, width),
  )
  const tides: Tide[] = []
  const look = async (): Promise<void> => {
    const figures = await Promise.all(clients.map((client) => client.rest()))
    const at = Math.round((performance.now() - started) / 1000)
    const tide = {
      at,
      server: await server.rest(),
      clients: figures,
      connections: run.totals.connections,
    }
    run.compareRest()
    tides.push(tide)
    options.told?.(tide)
  }
  await look()
  for (const length of options.tides) {
    for (const child of [server, ...clients]) child.order({ order: 'run', ports })
    await wait(length)
    await look()
  }
  await Promise.all([server, ...clients].map((child) => child.stop()))
  const seconds = Math.round((performance.now() - started) / 1000)
  return { seed, seconds, totals: run.totals, tides, faults: run.faults }
}

/** The statements as they come, and what was wrong. */
class Run {
  readonly totals = new Totals()
  readonly faults: string[] = []
  readonly #seed: number
  /** Those whose other end has said nothing yet. */
  readonly #waiting = new Map<number, Statement>()

  constructor(seed: number) {
    this.#seed = seed
  }

  child(program: string, ...args: readonly number[]): Child {
    return new Child(
      program,
      args,
      (told) => this.#hear(told),
      (fault) => this.fault(fault),
    )
  }

  fault(fault: string): void {
    if (this.faults.length < mostFaults) this.faults.push(fault)
  }

  /** All connections are over: whoever still waits has no other end. */
  compareRest(): void {
    for (const one of this.#waiting.values()) {
      this.fault(`connection ${one.id}: only the ${one.side} knows of it: ${JSON.stringify(one)}`)
    }
    this.#waiting.clear()
  }

  #hear(told: Told): void {
    if (told.told === 'fault') this.fault(told.fault)
    else if (told.told === 'statement') this.#compare(told.statement)
    else if (told.told === 'resting') this.totals.strays += told.strays
  }

  #compare(one: Statement): void {
    const other = this.#waiting.get(one.id)
    if (!other) return void this.#waiting.set(one.id, one)
    this.#waiting.delete(one.id)
    const plan = planOf(this.#seed, one.id)
    const [client, server] = one.side === 'client' ? [one, other] : [other, one]
    this.totals.add(plan, client, server)
    for (const fault of judge(plan, client, server)) {
      this.fault(`connection ${plan.id}: ${fault} (${JSON.stringify(plan)})`)
    }
  }
}

/** A process of the soak. */
class Child {
  readonly #process: ChildProcess
  readonly #listening = deferred<Ports>()
  #resting = deferred<Figures>()

  constructor(
    program: string,
    args: readonly number[],
    hear: (told: Told) => void,
    fault: (fault: string) => void,
  ) {
    const file = new URL(`./${program}.js`, import.meta.url)
    this.#process = fork(file, args.map(String), {
      execArgv: ['--expose-gc', '--enable-source-maps'],
    })
    this.#process.on('message', (told: Told) => {
      hear(told)
      if (told.told === 'listening') this.#listening.resolve(told.ports)
      if (told.told === 'resting') this.#resting.resolve(told.figures)
    })
    this.#process.on('exit', (code, signal) => {
      if (code === 0) return
      const ending = `the process of the ${program} ended with ${code ?? signal}`
      fault(ending)
      this.#resting.reject(new Error(ending))
    })
  }

  get listening(): Promise<Ports> {
    return this.#listening.promise
  }

  order(order: Order): void {
    this.#process.send(order)
  }

  rest(): Promise<Figures> {
    this.#resting = deferred()
    this.order({ order: 'rest' })
    return this.#resting.promise
  }

  stop(): Promise<void> {
    const { promise, resolve } = deferred<void>()
    this.#process.once('exit', () => resolve())
    this.order({ order: 'stop' })
    return promise
  }
}

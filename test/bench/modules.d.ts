/** What of bench/ is tested here; it is JavaScript, because it runs without being built. */

interface Figures {
  readonly messagesPerSecond?: number
  readonly cpuMicrosecondsPerMessage?: number
  readonly p50Microseconds?: number
  readonly p99Microseconds?: number
  readonly serverCpu?: number
  readonly generatorCpu?: number
  readonly bytesPerConnection?: number
  readonly ratio?: number
  readonly spread?: readonly [number, number]
  readonly unable?: string
}
type Results = Readonly<Record<string, Figures>>
interface Contender {
  readonly title: string
  readonly control?: boolean
  readonly note?: string
}
type Contenders = Readonly<Record<string, Contender>>
interface Entry {
  readonly what: string
  readonly memory?: boolean
  readonly date: string
  readonly node: string
  readonly cpu: string
  readonly rounds: number
  readonly seconds: number
  readonly results: Results
}
interface Report {
  readonly versions: Readonly<Record<string, string>>
  readonly workloads: Readonly<Record<string, Entry>>
}
interface Launched {
  readonly core?: number | 'all'
  readonly urgency?: 'none' | 'high' | 'real-time'
}
interface Section extends Omit<Entry, 'what' | 'results'> {
  readonly points: readonly {
    readonly count?: number
    readonly what?: string
    readonly results: Results
  }[]
}
interface Running {
  readonly port: number
  readonly pids: readonly number[]
  readonly stop: () => Promise<void>
}
interface Summary {
  readonly msgs: number
  readonly bad: number
  readonly ext: number
  readonly touched: number
  readonly p99_us: number
}

declare module '*/command-line.mjs' {
  export class UsageError extends Error {}
  export function parseCommandLine(
    args: readonly string[],
    there: {
      readonly names: readonly string[]
      readonly contenders: readonly string[]
      readonly usual?: readonly string[]
    },
  ): {
    readonly names: readonly string[]
    readonly contenders: readonly string[]
    readonly rounds: number
    readonly seconds: number
    readonly save: boolean
    readonly generator?: string
  }
}

declare module '*/statistics.mjs' {
  export function median(values: readonly number[]): number
  export function round(value: number): number
  export function spread(values: readonly number[]): [number, number]
}

declare module '*/measurement.mjs' {
  type Run = Readonly<Record<string, number>>
  export function summarize(
    runs: Readonly<Record<string, readonly Run[]>>,
    unable: Readonly<Record<string, string>>,
    workload: { readonly memory?: boolean },
  ): Results
}

declare module '*/report.mjs' {
  export function overview(report: Report, contenders: Contenders): string[][]
  export function details(entry: Partial<Entry>, contenders: Contenders): string[][]
  export function lines(rows: readonly (readonly string[])[]): string[]
  export function document(report: Report, contenders: Contenders): string
  export function growthDocument(
    growth: Readonly<Record<string, Section>>,
    contenders: Contenders,
  ): string
}

declare module '*/draw/ratios.mjs' {
  export function drawRatios(report: Report, contenders: Contenders): string
}

declare module '*/draw/growth.mjs' {
  export function drawGrowth(
    growth: Readonly<Record<string, Section>>,
    contenders: Contenders,
  ): string
}

declare module '*/contenders.mjs' {
  export const contenders: Readonly<
    Record<
      string,
      Contender & {
        readonly command: readonly string[]
        readonly generator?: readonly string[]
        readonly missing?: () => string | false
        readonly version: () => string
      }
    >
  >
}

declare module '*/server-process.mjs' {
  export function startServer(
    name: string,
    settings?: object,
    options?: Launched & { readonly command?: readonly string[] },
  ): Promise<Running>
}

declare module '*/generator.mjs' {
  export const bestGenerator: 'c' | 'js'
  export function load(
    server: Pick<Running, 'port' | 'pids'>,
    args: readonly (string | number)[],
    options?: Launched & { readonly generator?: 'c' | 'js' },
  ): Promise<Summary>
}

declare module '*/generators/histogram.mjs' {
  export class Histogram {
    readonly count: number
    readonly longest: number
    add(milliseconds: number): void
    microseconds(share: number): number
  }
}

declare module '*/generators/frames.mjs' {
  export function maskedFrame(opcode: number, payload: Uint8Array, compressed?: boolean): Buffer
}

declare module '*/generators/arguments.mjs' {
  export function parseArguments(args: readonly string[]): Readonly<Record<string, unknown>>
}

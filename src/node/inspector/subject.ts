import type {
  CloseCommand,
  FaultCommand,
  FeedCommand,
  FeedHello,
  SendCommand,
} from '../../inspect/index.ts'

/** What an inspector looks at, and can do something to. */
export interface Subject {
  readonly kind: FeedHello['kind']
  readonly target: string | undefined
  readonly proxy: string | undefined
  readonly commands: readonly FeedCommand[]
  /** Bytes that wait in an open connection now. */
  bufferedAmount(connection: number): number
  /** What is being done to a connection now. */
  faults(connection: number): readonly FaultCommand[]
  /** @returns What is wrong with it, if anything is. */
  perform(command: SendCommand | FaultCommand | CloseCommand): string | undefined
}

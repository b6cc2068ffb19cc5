import type {
  ConnectionRecord,
  FlowRecord,
  FrameRecord,
  MessageRecord,
} from '../recording/records.ts'
import type { RecordingLimits } from '../recording/recording.ts'
import type { FaultCommand, FeedCommand } from './feed-requests.ts'

/**
 * What the inspector tells the page over its WebSocket, at `/feed?token=…` with the subprotocol
 * {@link feedProtocol}. The page has the token from its own URL, `/#token=…`, whose fragment goes to no
 * server; with the same token a recording is to be had at `/recording.har`, `.pcapng` and `.jsonl`, of some
 * connections with `&connection=1&connection=2`. Text messages are one {@link FeedMessage} in JSON each; a binary message is rows, as
 * in row-batch.ts. After `hello` come the connections that there are and the rows that are kept, oldest
 * first, and then what happens. Rows are sent as fast as the page takes them; what made room meanwhile is
 * counted as missed in the next batch.
 */
export type FeedMessage =
  | FeedHello
  | FeedConnections
  | FeedStatus
  | FeedTopic
  | FeedFlow
  | FeedReply
  | FeedFound

/** The subprotocol of the feed, which changes with its layout. */
export const feedProtocol = 'tidewire.inspector.v1'

/** The first message. */
export interface FeedHello {
  readonly type: 'hello'
  /** The version of Tidewire. */
  readonly version: string
  /** Where it looks: at a server in a program, or from between a client and a server. */
  readonly kind: 'server' | 'proxy'
  /** What is looked at: the URL of a server, or that which a proxy stands in for. */
  readonly target: string | undefined
  /** Where clients connect to a proxy; `undefined` for a server. */
  readonly proxy: string | undefined
  /** What can be asked for here, besides what can be asked everywhere. */
  readonly commands: readonly FeedCommand[]
  /** How much is kept. */
  readonly limits: RecordingLimits
}

/** Connections that opened, changed or closed since the last message: each whole, to replace what was. */
export interface FeedConnections {
  readonly type: 'connections'
  readonly connections: readonly FeedConnection[]
  /** Ids of those that are no longer kept. */
  readonly forgotten: readonly number[]
}

/** A connection as the recording has it, with what waits in it now. Times are milliseconds since 1970. */
export interface FeedConnection extends ConnectionRecord {
  /** Faults that are injected into it now. */
  readonly faults: readonly FaultCommand[]
}

/** How the recording stands; sent when it changes, at most a few times in a second. */
export interface FeedStatus {
  readonly type: 'status'
  /** Whether new frames are not stored. */
  readonly paused: boolean
  /** The number of the oldest frame that is kept, and of the next that will come. */
  readonly oldest: number
  readonly next: number
  /** Bytes in memory, about. */
  readonly bytes: number
}

/** The name behind a number in the column `topic`; told before the first row that has it. */
export interface FeedTopic {
  readonly type: 'topic'
  readonly id: number
  readonly name: string
}

/** A connection was paused or resumed by its program, or its transport took no more or took it again. */
export interface FeedFlow extends FlowRecord {
  readonly type: 'flow'
}

/** The answer to a request, by its id: what was asked for, or what is wrong. */
export type FeedReply =
  | { readonly type: 'reply'; readonly id: number; readonly detail: FeedDetail }
  | { readonly type: 'reply'; readonly id: number; readonly done: true }
  | { readonly type: 'reply'; readonly id: number; readonly error: string }

/** A frame with all that is stored of it. Payloads are base64. */
export interface FeedDetail extends Omit<FrameRecord, 'payload' | 'message'> {
  /** As on the wire, unmasked and not inflated; `undefined` where a secret is in it. */
  readonly payload: string | undefined
  readonly message: FeedDetailMessage | undefined
}

/** The message that the frame ends. */
export interface FeedDetailMessage extends Omit<MessageRecord, 'payload'> {
  readonly payload: string | undefined
}

/** More of what a search has found; several come for one `search`. */
export interface FeedFound {
  readonly type: 'found'
  /** That of the request. */
  readonly id: number
  /** Numbers of frames, ascending: with the message that a frame ends where there is one. */
  readonly numbers: readonly number[]
  /** Frames below this number have been looked at. */
  readonly searched: number
  /** The last of them. */
  readonly done: boolean
  /** Why it ended early, such as an expression that takes too long. */
  readonly error: string | undefined
}

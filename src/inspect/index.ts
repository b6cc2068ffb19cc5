export { toPcapng, toPcapngPieces } from './export/capture.ts'
export {
  type Har,
  type HarCreator,
  type HarWebSocketEntry,
  type HarWebSocketMessage,
  toHar,
  toHarPieces,
} from './export/har.ts'
export { toJsonLines } from './export/json-lines.ts'
export type { ExportPorts } from './export/payload-text.ts'
export type { Recorded } from './export/recorded.ts'
export { fromHar } from './import/from-har.ts'
export { fromSaved } from './import/from-saved.ts'
export { fromJsonLines } from './import/from-json-lines.ts'
export type { Imported, ImportPorts } from './import/imported.ts'
export type {
  FeedConnection,
  FeedConnections,
  FeedDetail,
  FeedDetailMessage,
  FeedFlow,
  FeedFound,
  FeedHello,
  FeedMessage,
  FeedReply,
  FeedStatus,
  FeedTopic,
} from './feed/feed-messages.ts'
export { feedProtocol } from './feed/feed-messages.ts'
export {
  readFeedRequest,
  type CloseCommand,
  type FaultCommand,
  type FeedCommand,
  type FeedRequest,
  type FeedSearch,
  type FeedSide,
  type SendCommand,
} from './feed/feed-requests.ts'
export { decodeRowBatch, RowBit, type RowBatch, type RowColumns } from './feed/row-batch.ts'
export type { ConnectionRecorder } from './recording/connection-recorder.ts'
export type {
  CloseRecord,
  ConnectionFacts,
  ConnectionRecord,
  Counts,
  Direction,
  Endpoint,
  FlowEvent,
  FlowRecord,
  FlowState,
  FrameRecord,
  MessageRecord,
  RecordedHead,
  TlsFacts,
} from './recording/records.ts'
export {
  Recording,
  type RecordingEvent,
  type RecordingLimits,
  type RecordingOptions,
} from './recording/recording.ts'
export type { RedactionOptions } from './recording/redaction.ts'
export { closeCodeMeaning, type CloseCodeMeaning } from './close-code-meaning.ts'
export { type HandshakeHead, headerMeaning } from './header-meaning.ts'
export {
  type ExplainedField,
  type ExplainedHead,
  explainHandshake,
  type Explanation,
} from './handshake/explain-handshake.ts'
export { findingCatalogue, type FindingCode } from './handshake/finding-catalogue.ts'
export type { FindingEntry, FindingLevel } from './handshake/findings/finding-entry.ts'
export type { Finding, FindingPart } from './handshake/finding.ts'
export {
  type ExplainedStep,
  explainObservation,
  type ObservedExplanation,
} from './handshake/explain-observation.ts'
export type {
  AnswerStep,
  Certificate,
  CloseStep,
  DnsStep,
  FramesStep,
  IdleStep,
  Observation,
  OriginsStep,
  SeenFrame,
  Step,
  StepFault,
  TcpStep,
  TlsStep,
} from './handshake/observation.ts'
export { withoutSecrets } from './handshake/without-secrets.ts'
export { harExchanges } from './handshake/har-exchanges.ts'
export { readTranscript } from './handshake/transcript.ts'
export type { Exchange, WrittenRequest, WrittenResponse } from './handshake/written-head.ts'

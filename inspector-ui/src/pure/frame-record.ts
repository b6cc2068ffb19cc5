import type { FeedDetail } from '../../../src/inspect/feed/feed-messages.ts'
import type { FrameRecord } from '../../../src/inspect/recording/records.ts'
import { base64Bytes } from './base64-bytes.ts'

/** A frame out of the feed, with its payloads as bytes again. */
export function frameRecord(detail: FeedDetail): FrameRecord {
  const { payload, message, ...frame } = detail
  return {
    ...frame,
    payload: bytes(payload),
    message: message && { ...message, payload: bytes(message.payload) },
  }
}

function bytes(payload: string | undefined): Uint8Array | undefined {
  return payload === undefined ? undefined : base64Bytes(payload)
}

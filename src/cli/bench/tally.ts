import { type HistogramCounts, LatencyHistogram } from './latency-histogram.ts'

/** What a thread has counted, as it goes to another. */
export interface TallyCounts {
  readonly messages: number
  readonly bytes: number
  readonly unanswered: number
  readonly latency: HistogramCounts
  readonly lateness: HistogramCounts
}

/** Counts what happens within a window of time; all times are in milliseconds of one clock. */
export class Tally {
  /** Messages answered in the window, and the bytes of their answers. */
  messages = 0
  bytes = 0
  /** Of those that were to be sent in the window. */
  unansweredMessages = 0
  /** From when a message was to be sent until its answer, of those that were to be sent in the window. */
  readonly latency: LatencyHistogram = new LatencyHistogram()
  /** By how much the generator was late in sending. */
  readonly lateness: LatencyHistogram = new LatencyHistogram()
  from: number = Infinity
  until: number = Infinity

  sent(intended: number, now: number): void {
    if (this.#within(intended)) this.lateness.add(now - intended)
  }

  answered(intended: number, now: number, bytes: number): void {
    if (this.#within(intended)) this.latency.add(now - intended)
    this.arrived(now, bytes)
  }

  /** A message came that answers none. */
  arrived(now: number, bytes: number): void {
    if (!this.#within(now)) return
    this.messages++
    this.bytes += bytes
  }

  /** Its latency is at least what it has waited: without it a server that has stalled would look fast. */
  unanswered(intended: number, now: number): void {
    if (!this.#within(intended)) return
    this.unansweredMessages++
    this.latency.add(now - intended)
  }

  merge({ messages, bytes, unanswered, latency, lateness }: TallyCounts): void {
    this.messages += messages
    this.bytes += bytes
    this.unansweredMessages += unanswered
    this.latency.merge(latency)
    this.lateness.merge(lateness)
  }

  /** What {@link merge} takes. */
  get counts(): TallyCounts {
    return {
      messages: this.messages,
      bytes: this.bytes,
      unanswered: this.unansweredMessages,
      latency: this.latency.counts,
      lateness: this.lateness.counts,
    }
  }

  #within(time: number): boolean {
    return time >= this.from && time < this.until
  }
}

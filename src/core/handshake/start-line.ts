import { malformed, targetTooLong, type HeadFault, type HeadLimits } from './head-fault.ts'
import type { HeaderFields } from './header-fields.ts'
import { quoted } from './quoted.ts'
import { isFieldValue, isToken } from './tokens.ts'

/** A request-line (RFC 9112 §3). */
export interface RequestLine {
  readonly method: string
  /** The request-target as it was sent. */
  readonly target: string
  /** Of the HTTP-version, such as `1.1`. */
  readonly version: string
}

/** A status-line (RFC 9112 §4). */
export interface StatusLine {
  /** Of the HTTP-version, such as `1.1`. */
  readonly version: string
  readonly status: number
  /** The reason-phrase; it may be empty. */
  readonly reason: string
}

/** What comes before a request's content. */
export interface RequestHead extends RequestLine {
  readonly fields: HeaderFields
}

/** What comes before a response's content. */
export interface ResponseHead extends StatusLine {
  readonly fields: HeaderFields
}

const httpVersion = /^HTTP\/(\d\.\d)$/
const targetOnly = /^[!-~]+$/

/** Whether a request-target is of printable ASCII without spaces, as every form of one is (RFC 9112 §3.2). */
export function isTarget(target: string): boolean {
  return targetOnly.test(target)
}

/**
 * Whether a message of this HTTP version can upgrade (RFC 9110 §7.8): from 1.1 on and before 2. A later
 * minor version is read as 1.1 (§2.5).
 */
export function hasUpgrade(version: string): boolean {
  return /^1\.[1-9]$/.test(version)
}

/** Reads a request-line: method SP request-target SP HTTP-version, with exactly one space between. */
export function parseRequestLine(line: string, limits: HeadLimits): RequestLine | HeadFault {
  const [method, target, protocol, more] = line.split(' ', 4) as [string, string?, string?, string?]
  if (target === undefined || protocol === undefined) {
    return malformed(
      `the request line ${quoted(line)} lacks a part; expected METHOD target HTTP/1.1`,
    )
  }
  if (more !== undefined) {
    // RFC 9112 §3.2: guessing where a target with spaces ends is how two readers come to differ.
    return malformed(`the request line ${quoted(line)} goes on behind METHOD target HTTP/1.1`)
  }
  if (!isToken(method)) return malformed(`the method ${quoted(method)} is not a token`)
  if (target.length > limits.target) return targetTooLong(limits)
  if (!isTarget(target)) {
    return malformed(`the request target ${quoted(target)} is not of printable ASCII`)
  }
  const version = httpVersion.exec(protocol)?.[1]
  if (version === undefined) {
    return malformed(`${quoted(protocol)} is not an HTTP version such as HTTP/1.1`)
  }
  return { method, target, version }
}

/** Reads a status-line: HTTP-version SP status-code SP [reason-phrase]. */
export function parseStatusLine(line: string): StatusLine | HeadFault {
  // Without a reason the space behind the status is still due (RFC 9112 §4), but not missed.
  const [, protocol = '', status, reason = ''] = statusLine.exec(line) ?? []
  const version = httpVersion.exec(protocol)?.[1]
  if (version === undefined) {
    return malformed(`the status line ${quoted(line)} does not begin like HTTP/1.1 101`)
  }
  if (!isFieldValue(reason)) {
    return malformed(`the reason phrase ${quoted(reason)} has a control character`)
  }
  return { version, status: Number(status), reason }
}

const statusLine = /^(HTTP.{4}) ([1-9]\d\d)(?: (.*))?$/s

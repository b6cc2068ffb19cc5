import type { FindingEntry } from './finding-entry.ts'

/** The codes of findings about what comes behind a handshake. */
export type FrameFindingCode =
  | 'frame-malformed'
  | 'content-behind-answer'
  | 'ping-unanswered'
  | 'closed-at-once'
  | 'close-unanswered'
  | 'idle-cut'
  | 'idle-closed'
  | 'idle-dead'

/** The findings about what comes behind a handshake. */
export const frameFindings: Readonly<Record<FrameFindingCode, FindingEntry>> = {
  'frame-malformed': {
    level: 'wrong',
    meaning: 'What came behind the handshake is not a valid frame.',
    remedy: 'Mend the server; a proxy that changes bytes can do this too.',
    clause: 'RFC 6455 §5.2',
  },
  'content-behind-answer': {
    level: 'wrong',
    meaning: 'Text came behind the 101 where frames belong.',
    remedy: 'Write nothing behind the head of the 101: everything there is read as frames.',
    clause: 'RFC 6455 §4.2.2, RFC 9110 §15.2',
  },
  'ping-unanswered': {
    level: 'wrong',
    meaning: 'The server did not answer a ping.',
    remedy: 'A pong is due for each ping; without it nobody can tell a dead connection.',
    clause: 'RFC 6455 §5.5.3',
  },
  'closed-at-once': {
    level: 'wrong',
    meaning: 'The server accepted and then ended the connection at once.',
    remedy: 'Its log says why; often a handler threw, or a login is checked after the upgrade.',
    clause: 'RFC 6455 §7.1',
  },
  'close-unanswered': {
    level: 'unusual',
    meaning: 'The server did not answer our close frame with its own.',
    remedy: 'Mend the server: clients wait for it and then report 1006.',
    clause: 'RFC 6455 §5.5.1',
  },
  'idle-cut': {
    level: 'wrong',
    meaning: 'An idle connection was ended without a close frame.',
    remedy:
      'A load balancer or proxy ends what is silent: let either side ping more often than that, or raise its limit (nginx: proxy_read_timeout, 60 s by default).',
    clause: 'RFC 6455 §5.5.2, §7.1.5',
  },
  'idle-closed': {
    level: 'unusual',
    meaning: 'The server closed an idle connection, with a close frame.',
    remedy: 'Ping more often than that, or raise the limit of the server.',
    clause: 'RFC 6455 §5.5.2',
  },
  'idle-dead': {
    level: 'wrong',
    meaning: 'After the idle time the connection seemed open, and nobody answered any more.',
    remedy: 'Something in between forgot the connection: ping more often than that.',
    clause: 'RFC 6455 §5.5.2',
  },
}

import type { FindingEntry } from './finding-entry.ts'

/** The codes of findings about the network below a handshake. */
export type NetworkFindingCode =
  | 'dns'
  | 'tcp-refused'
  | 'tcp-failed'
  | 'tls-expired'
  | 'tls-not-yet-valid'
  | 'tls-name'
  | 'tls-issuer'
  | 'tls-client-certificate'
  | 'tls-not-spoken'
  | 'tls-wanted'
  | 'tls-failed'
  | 'alpn-h2'
  | 'answer-timeout'
  | 'answer-cut'
  | 'answer-not-http'

/** The findings about the network below a handshake. */
export const networkFindings: Readonly<Record<NetworkFindingCode, FindingEntry>> = {
  dns: {
    level: 'wrong',
    meaning: 'The host name could not be resolved.',
    remedy: 'Check the name, and the name server of this machine.',
    clause: 'RFC 6455 §4.1',
  },
  'tcp-refused': {
    level: 'wrong',
    meaning: 'Nobody listens at that address and port.',
    remedy:
      'Check the port, that the server runs, and that it listens on this address and not on loopback only.',
    clause: 'RFC 6455 §4.1',
  },
  'tcp-failed': {
    level: 'wrong',
    meaning: 'No TCP connection came about.',
    remedy: 'Check the network and any firewall in between.',
    clause: 'RFC 6455 §4.1',
  },
  'tls-expired': {
    level: 'wrong',
    meaning: 'The certificate of the server has expired.',
    remedy: 'Renew it, and let the server load it; compare the clocks too.',
    clause: 'RFC 5280 §4.1.2.5',
  },
  'tls-not-yet-valid': {
    level: 'wrong',
    meaning: 'The certificate of the server is not valid yet.',
    remedy: 'Compare the clocks of both machines.',
    clause: 'RFC 5280 §4.1.2.5',
  },
  'tls-name': {
    level: 'wrong',
    meaning: 'The certificate of the server is for other names.',
    remedy: 'Connect by a name in the certificate, or get one that has this name.',
    clause: 'RFC 9525 §6',
  },
  'tls-issuer': {
    level: 'wrong',
    meaning: 'The certificate of the server comes from an issuer that this machine does not know.',
    remedy:
      'Let the server send its intermediate certificates as well; trust a private issuer with --ca.',
    clause: 'RFC 5280 §6.1',
  },
  'tls-client-certificate': {
    level: 'wrong',
    meaning: 'The server wants a certificate of the client.',
    remedy: 'Connect with a client certificate and its key.',
    clause: 'RFC 8446 §4.4.2',
  },
  'tls-not-spoken': {
    level: 'wrong',
    meaning: 'The server does not speak TLS on that port.',
    remedy: 'Use ws://, or the port on which it speaks TLS.',
    clause: 'RFC 6455 §3',
  },
  'tls-wanted': {
    level: 'wrong',
    meaning: 'The server speaks TLS on that port, and was spoken to without.',
    remedy: 'Use wss://.',
    clause: 'RFC 6455 §3',
  },
  'tls-failed': {
    level: 'wrong',
    meaning: 'The TLS handshake failed.',
    remedy: 'Check that both sides have a version and a cipher in common.',
    clause: 'RFC 8446 §4',
  },
  'alpn-h2': {
    level: 'wrong',
    meaning: 'The server chose HTTP/2, in which there is no Upgrade.',
    remedy:
      'Let the server, or what ends TLS in front of it, offer http/1.1 by ALPN for this name; a client offers http/1.1 only.',
    clause: 'RFC 7301 §3.2, RFC 9113 §8.6',
  },
  'answer-timeout': {
    level: 'wrong',
    meaning: 'No answer came in time.',
    remedy: 'The server hangs, or a proxy waits for a body that never comes.',
    clause: 'RFC 6455 §4.1',
  },
  'answer-cut': {
    level: 'wrong',
    meaning: 'The server ended the connection before it had answered.',
    remedy: 'It may not speak HTTP on that port, want TLS, or be shutting down.',
    clause: 'RFC 6455 §4.1',
  },
  'answer-not-http': {
    level: 'wrong',
    meaning: 'What the server answered is not HTTP.',
    remedy: 'Check the port: another kind of server listens there.',
    clause: 'RFC 9112 §4',
  },
}

/**
 * The suite against implementations that are in use. What it calls a failure has to be one: each is
 * named here with its reason, and a new one is a mistake of the suite until it is shown to be theirs.
 */
import { deepEqual } from 'node:assert/strict'
import { suite, test } from 'node:test'
import { checkServer } from '../../dist/conformance/index.js'
import { peers } from './peers.ts'

/** Time limits are waited for in other tests; the data of compression is that of `ws` alone. */
const only = '1 2 3 4 5 6 7 9 10 13.1 14 15 16 17 18 20 22 23'.split(' ')

const http = ['20.1.6', '20.1.7', '20.2.1', '20.2.2']
/** 'Sec-WebSocket-Version' in the refusal of another version is a MUST (RFC 6455 §4.2.2 item 4). */
const versions = ['20.3.2', '20.3.4', '20.3.5', '20.3.6']

const failures: Readonly<Record<string, readonly string[]>> = {
  Tidewire: [],
  // Windows of '08' and '9.0' bits, which RFC 7692 §7.1.2 has declined.
  ws: [...http, '22.1.9', '22.1.11', '22.1.17', '22.1.19'],
  'faye-websocket': [...http, ...versions],
  // Unmasked frames (§5.1), any method (§4.2.1), any Upgrade, and '13a' for a version.
  websocket: [
    '15.2.1',
    '15.2.2',
    '15.2.4',
    '15.2.5',
    '15.2.6',
    '15.2.7',
    '15.2.8',
    '20.1.1',
    '20.1.2',
    '20.1.3',
    '20.1.4',
    '20.1.5',
    '20.1.6',
    '20.1.7',
    '20.2.2',
    '20.2.4',
    '20.3.2',
    '20.3.7',
  ],
  // Any Connection (§4.2.1 item 4).
  Bun: ['20.1.6', '20.2.2', '20.2.5', '20.2.6'],
  // A close frame of 126 bytes (§5.5), unmasked frames (§5.1), a text inside a text (§5.4), any method
  // and any version (§4.2.1).
  Deno: [
    '7.3.6',
    '15.2.1',
    '15.2.2',
    '15.2.4',
    '15.2.5',
    '15.2.6',
    '15.2.7',
    '15.2.8',
    '16.3',
    '20.1.1',
    '20.1.2',
    '20.1.3',
    '20.1.4',
    '20.1.5',
    '20.1.6',
    '20.2.1',
    '20.3.1',
    ...versions,
    '20.3.7',
    '20.3.8',
  ],
  'Python websockets': ['20.2.1', '20.2.2', ...versions],
}

suite('servers in use', { concurrency: 2 }, () => {
  for (const peer of peers) {
    test(`${peer.name} fails where it is known to`, async () => {
      const server = await peer.serve()
      const report = await checkServer(server.url, { only, jobs: 16, patience: 3000 })
      await server.close()
      const failed = report.results.filter(({ verdict }) => verdict === 'fail')
      const name = peer.name.replace(/ [\d.]+$/, '')
      deepEqual(
        failed.map(({ id }) => id),
        failures[name],
      )
    })
  }
})

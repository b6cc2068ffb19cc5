import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Route, routeOf } from '../../dist/cli/routes.js'

const control = (at: number): string => `the topic name has a control character at ${at}`
const notEncoded = 'the topic name is not percent-encoded UTF-8'

const table: readonly [path: string, route: Route | undefined][] = [
  ['/', { kind: 'page' }],
  ['/health', { kind: 'health' }],
  ['/topics', { kind: 'topics' }],
  ['/echo', { kind: 'echo' }],
  ['/topics/lobby', { kind: 'topic', name: 'lobby' }],
  ['/topics/a%2Fb', { kind: 'topic', name: 'a/b' }],
  ['/topics/caf%C3%A9', { kind: 'topic', name: 'café' }],
  ['/topics/__proto__', { kind: 'topic', name: '__proto__' }],
  [`/topics/${'x'.repeat(256)}`, { kind: 'topic', name: 'x'.repeat(256) }],
  [
    `/topics/${'x'.repeat(257)}`,
    { kind: 'no-topic', fault: 'the topic name has 257 characters, over the limit of 256' },
  ],
  ['/topics/a%00b', { kind: 'no-topic', fault: control(1) }],
  ['/topics/a%0Ab', { kind: 'no-topic', fault: control(1) }],
  ['/topics/%C2%9B', { kind: 'no-topic', fault: control(0) }],
  ['/topics/%zz', { kind: 'no-topic', fault: notEncoded }],
  ['/topics/%ff', { kind: 'no-topic', fault: notEncoded }],
  ['/topics/', undefined],
  ['/topics/a/', undefined],
  ['/topics/a/b', undefined],
  ['/topics/a/b/c', undefined],
  ['/peers/abc', { kind: 'peer', id: 'abc' }],
  ['/peers/abc/ping', { kind: 'ping', id: 'abc' }],
  ['/peers/abc/pong', undefined],
  ['/peers/', undefined],
  ['/peers', undefined],
  ['/echo/', undefined],
  ['/Health', undefined],
  ['/assets/index.js', undefined],
  ['//topics/a', undefined],
  ['*', undefined],
  ['', undefined],
]

for (const [path, route] of table) {
  test(`${path.slice(0, 40)} leads to ${route?.kind ?? 'nothing'}`, () => {
    assert.deepEqual(routeOf(path), route)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closeCodeMeaning } from '../../dist/inspect/index.js'

/** The IANA registry of close codes, and the ranges of RFC 6455 §7.4.2. */
const names: ReadonlyArray<readonly [number, string]> = [
  [0, 'Not Used'],
  [999, 'Not Used'],
  [1000, 'Normal Closure'],
  [1001, 'Going Away'],
  [1002, 'Protocol Error'],
  [1003, 'Unsupported Data'],
  [1004, 'Reserved'],
  [1005, 'No Status Received'],
  [1006, 'Abnormal Closure'],
  [1007, 'Invalid Frame Payload Data'],
  [1008, 'Policy Violation'],
  [1009, 'Message Too Big'],
  [1010, 'Mandatory Extension'],
  [1011, 'Internal Error'],
  [1012, 'Service Restart'],
  [1013, 'Try Again Later'],
  [1014, 'Bad Gateway'],
  [1015, 'TLS Handshake'],
  [1016, 'Unassigned'],
  [2999, 'Unassigned'],
  [3000, 'Unauthorized'],
  [3001, 'Library or Framework Code'],
  [3003, 'Forbidden'],
  [3008, 'Timeout'],
  [3999, 'Library or Framework Code'],
  [4000, 'Application Code'],
  [4999, 'Application Code'],
  [5000, 'Not a Close Code'],
  [-1, 'Not a Close Code'],
  [1000.5, 'Not a Close Code'],
  [Number.NaN, 'Not a Close Code'],
]

for (const [code, name] of names) {
  test(`close code ${code} is called ${name}`, () => {
    assert.equal(closeCodeMeaning(code).name, name)
  })
}

test('every code has a meaning and advice that are sentences', () => {
  for (let code = 990; code <= 5001; code += 1) {
    const { meaning, advice } = closeCodeMeaning(code)
    assert.match(meaning, /^[A-Z].*\.$/s)
    assert.match(advice, /^[A-Z].*\.$/s)
  }
})

test('a range gives nothing away but the three texts', () => {
  assert.deepEqual(Object.keys(closeCodeMeaning(4001)), ['name', 'meaning', 'advice'])
})

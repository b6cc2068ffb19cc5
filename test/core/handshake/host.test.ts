import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkHost, type HostPolicy, readUpgradeRequest } from '../../../dist/core/index.js'
import { requestHead } from './heads.ts'

const allows = (policy: HostPolicy, host: string): boolean => checkHost(host, policy) === undefined

test('a server that knows no other name answers to localhost and to addresses', () => {
  for (const host of [
    'localhost',
    'LOCALHOST:8080',
    'app.localhost',
    '127.0.0.1:80',
    '127.1.2.3',
    '192.168.0.7',
    '[::1]',
    '[::1]:8080',
    '[fe80::1]',
  ]) {
    assert.ok(allows([], host), host)
  }
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    'evil-127.0.0.1',
    'app.example',
    '.',
    '1',
    'no host',
  ]) {
    assert.ok(!allows([], host), host)
  }
})

test('a list has names, and what is below them', () => {
  const policy = ['App.example', '*.b.example']
  for (const host of [
    'app.example',
    'APP.example:443',
    'a.b.example',
    'c.a.B.example',
    'localhost',
  ]) {
    assert.ok(allows(policy, host), host)
  }
  for (const host of ['a.app.example', 'b.example', 'ab.example', 'b.example.evil.example']) {
    assert.ok(!allows(policy, host), host)
  }
})

test('* is any name', () => assert.ok(allows('*', 'evil.example')))

test('a page whose name points here now is of the same origin, and its name gives it away', () => {
  const head = requestHead({ Host: 'evil.example', Origin: 'http://evil.example' })
  assert.equal(readUpgradeRequest(head).accepted, true)
  const verdict = readUpgradeRequest(head, { hosts: [] })
  assert.ok(!verdict.accepted)
  assert.equal(verdict.refusal.status, 421)
  assert.match(
    verdict.refusal.body,
    /"evil.example", which is no name of this server: its option hosts/,
  )
})

/** `tidewire check` as it is called: exit codes, reports, a baseline. */
import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import {
  allCases,
  checkServer,
  compareReports,
  groups,
  readReport,
  type Report,
} from '../../dist/conformance/index.js'
import { startBroken } from './broken-server.ts'
import { check } from './program.ts'
import { startEcho } from './tidewire.ts'

suite('tidewire check', () => {
  test('exits with 0 when no case fails, and writes its reports', async (t) => {
    await using server = await startEcho()
    const folder = mkdtempSync(join(tmpdir(), 'tidewire-check-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const [html, json, junit] = ['a.html', 'a.json', 'a.xml'].map((name) => join(folder, name))
    const url = server.url.replace('http', 'ws')
    const files = ['--html', html!, '--json', json!, '--junit', junit!]
    const { code, stdout } = await check(['--only', '1.*', '--only', '7.1.3', ...files, url])
    equal(code, 0, stdout)
    match(stdout, /17 cases against/)
    const report = readReport(readFileSync(json!, 'utf8')) as Report
    equal(report.results.length, 17)
    match(readFileSync(html!, 'utf8'), /^<!doctype html>[^]*No failures/)
    match(readFileSync(junit!, 'utf8'), /<testsuites [^>]*tests="17" failures="0"/)
    const again = await check(['--only', '1', '--baseline', json!, url])
    match(again.stdout, /other +7\.1\.3 +pass → not run/)
  })

  test('exits with 1 when a case fails, and shows the bytes of it', async () => {
    const server = await startBroken('sends no pong')
    const { code, stdout } = await check(['--only', '2.2', '--timeout', '0.3', server.url.href])
    const report = await checkServer(server.url, { only: ['2.2'], patience: 300 })
    server.close()
    equal(code, 1)
    match(stdout, /fail +2\.2 .*\n +no pong with "Hello, world!"; got none/)
    const notes = report.results[0]!.transcript.map(({ note }) => note)
    match(notes.join('\n'), /ping, masked, 13 bytes: "Hello, world!"/)
  })

  test('exits with 2 for what it does not take', async () => {
    equal((await check([])).code, 2)
    equal((await check(['http://127.0.0.1:1/'])).code, 2)
    equal((await check(['--jobs', '0', 'ws://127.0.0.1:1/'])).code, 2)
    equal((await check(['--listen', '70000'])).code, 2)
    equal((await check(['--split', 'some', 'ws://127.0.0.1:1/'])).code, 2)
  })

  test('exits with 3 when it cannot connect', async () => {
    const { code, stderr } = await check(['ws://127.0.0.1:1/'])
    equal(code, 3)
    match(stderr, /cannot connect to ws:\/\/127.0.0.1:1\/: connect ECONNREFUSED/)
  })

  test('tests wss: with --ca or --insecure, and trusts nobody else', async () => {
    const file = (name: string): string => `test/node/fixtures/localhost.${name}.pem`
    const tls = { key: readFileSync(file('key')), cert: readFileSync(file('cert')) }
    await using server = await startEcho({ tls })
    const only = ['--only', '1', '--only', '17.2', '--only', '20.1']
    const tested = [...only, `wss://localhost:${server.port}/`]
    const trusting = await check(['--ca', file('cert'), ...tested])
    equal(trusting.code, 0, trusting.stdout + trusting.stderr)
    const careless = await check(['--insecure', ...only, `wss://127.0.0.1:${server.port}/`])
    equal(careless.code, 0, careless.stdout)
    equal(careless.stderr, '')
    const { code, stderr } = await check(tested)
    equal(code, 3)
    match(stderr, /cannot connect to wss:.*self-signed certificate/)
    match((await check(['--ca', 'missing.pem', ...tested])).stderr, /--ca missing.pem cannot/)
  })

  test('goes on when the server is gone, and says so', async () => {
    const server = await startEcho()
    const { results } = await checkServer(new URL(server.url.replace('http', 'ws')), {
      only: ['1.1'],
      jobs: 1,
      progress: (_, done) => void (done === 1 && server[Symbol.asyncDispose]()),
    })
    deepEqual(
      results.map(({ verdict }) => verdict),
      ['pass', ...results.slice(1).map(() => 'fail')],
    )
    match(results.at(-1)!.findings[0]!.text, /^cannot connect to .* ECONNREFUSED/)
  })

  test('runs each case once more for each --split', async () => {
    await using server = await startEcho()
    const url = server.url.replace('http', 'ws')
    const { code, stdout } = await check(['--only', '2.1', '--split', 'every', url])
    equal(code, 0, stdout)
    match(stdout, /6 cases against/)
    const options = { only: ['7.1', '9.5.6'], splits: [1, 'headers'] } as const
    const { results } = await checkServer(new URL(url), options)
    const ids = results.map(({ id }) => id)
    deepEqual(ids.slice(0, 3), ['7.1.1', '7.1.1/1', '7.1.1/headers'])
    // What cuts for itself is not run again.
    deepEqual(ids.slice(3 * 6), ['9.5.6'])
  })
})

test('every id is used once, and belongs to its group', () => {
  const ids = allCases.map(({ id }) => id)
  equal(new Set(ids).size, ids.length)
  for (const { number, cases } of groups) {
    deepEqual(
      cases.filter(({ id }) => !id.startsWith(`${number}.`)),
      [],
    )
  }
})

test('a baseline tells worse from better', async () => {
  const result = { title: 't', clause: 'c', severity: 'MUST', findings: [] } as const
  const report = (...list: [string, string][]): Report =>
    ({ results: list.map(([id, verdict]) => ({ ...result, id, verdict })) }) as unknown as Report
  const before = report(['1.1', 'pass'], ['1.2', 'fail'], ['1.3', 'pass'])
  const after = report(['1.1', 'fail'], ['1.2', 'pass'], ['1.4', 'pass'])
  deepEqual(
    compareReports(before, after).map(({ id, kind }) => `${id} ${kind}`),
    ['1.1 worse', '1.2 better', '1.4 other', '1.3 other'],
  )
})

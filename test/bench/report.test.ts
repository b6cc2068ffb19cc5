import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { details, document, growthDocument, lines, overview } from '../../bench/report.mjs'
import { contenders, growth, report } from './fixture.ts'

const { echo64, 'fanout-deflate': compressed, idle } = report.workloads

suite('the tables of the benchmarks', () => {
  test('overview: workloads down, contenders across, the ratio and the cost', () => {
    assert.deepEqual(overview(report, contenders), [
      ['', 'Tidewire', 'ws', 'Deno', 'Socket.IO', 'bare net'],
      ['echo', '2x (5 µs)', '1x (10 µs)', '', '0.25x (40 µs)', '3x (3.33 µs)'],
      ['fan-out, compressed', '16x (0.625 µs)', '1x (10 µs)', 'no', '', ''],
      ['idle', '1.2x (5.0 KiB)', '1x (6.0 KiB)', '', '', ''],
    ])
  })

  test('details: what was measured, and which of them are controls', () => {
    const [head, tidewire, , , control] = details(echo64!, contenders)
    const columns = [
      'messages/s',
      'CPU each',
      'p99',
      'server',
      'generator',
      'ratio to ws',
      'spread',
    ]
    assert.deepEqual(head, ['', ...columns])
    const figures = ['123,456', '5 µs', '1.50 ms', '95 %', '50 %', '2x', '1 to 4']
    assert.deepEqual(tidewire, ['Tidewire', ...figures])
    assert.equal(control?.[0], 'bare net (control)')
  })

  test('a generator that was nearly always busy has a mark', () => {
    const [, , , , control] = details(echo64!, contenders)
    assert.equal(control?.[5], '96 %*')
  })

  test('a contender that cannot do it has the reason in its row', () => {
    const [head, , , deno] = details(compressed!, contenders)
    assert.deepEqual(deno?.slice(0, 2), ['Deno', 'does not compress'])
    assert.equal(deno?.length, head?.length)
  })

  test('memory has no rates', () => {
    assert.deepEqual(details(idle!, contenders).slice(0, 2), [
      ['', 'RSS for each', 'ratio to ws', 'spread'],
      ['Tidewire', '5.0 KiB', '1.2x', '1.1 to 1.3'],
    ])
  })

  test('what was not compared with ws has no ratio', () => {
    const results = { bun: { bytesPerConnection: 2048 } }
    const [, bun] = details({ memory: true, results }, contenders)
    assert.deepEqual(bun, ['bun', '2.0 KiB', '', ''])
  })

  test('the terminal gets columns of one width', () => {
    const rows = [
      ['', 'rate'],
      ['Tidewire', '1'],
    ]
    assert.deepEqual(lines(rows), ['          rate', 'Tidewire  1'])
  })

  test('the document has the overview, each workload, and who was measured how', () => {
    const text = document(report, contenders)
    assert.match(text, /^# Benchmarks\n\n\| +\| Tidewire/)
    for (const { what } of Object.values(report.workloads)) assert.ok(text.includes(`## ${what}\n`))
    assert.ok(text.includes('- ws: ws 8.23.0, the yardstick\n'))
    assert.ok(text.includes('- Socket.IO: socket.io 4.8.4 (events of its own)\n'))
    assert.ok(text.includes('2026-11-21, Node v20.20.2, a < b & c, 5 rounds of 4 s.'))
  })

  test('growth has a table for each point of what was measured', () => {
    const text = growthDocument(growth, contenders)
    const headings = [...text.matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading)
    const expected = `Echo of 64 B, by connections/1/10/100/
      Memory after one message, by connections/1,000/10,000/
      Latency, 64 connections x 64 B/half busy/
      One process and two on all cores/one process/two, reusePort`
    assert.deepEqual(headings, expected.split(/\/\s*/))
    assert.match(text, /\| ws +\| needs Node 22.12 /)
  })
})

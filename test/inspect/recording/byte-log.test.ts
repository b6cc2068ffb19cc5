import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteLog } from '../../../dist/inspect/recording/byte-log.js'

test('what is in a log is what was appended, wherever it goes round', () => {
  const most = 200_000
  const log = new ByteLog(most)
  const kept: { position: number; bytes: Uint8Array }[] = []
  for (let turn = 0; turn < 2000; turn++) {
    const bytes = Uint8Array.from({ length: (turn * 7919) % 3000 }, (_, at) => turn + at)
    while (log.size + bytes.length > most) {
      const { position, bytes: oldest } = kept.shift()!
      log.release(position + oldest.length)
    }
    kept.push({ position: log.append(bytes), bytes })
    if (turn % 100 > 0) continue
    for (const one of kept) assert.deepEqual(log.read(one.position, one.bytes.length), one.bytes)
  }
  assert.ok(log.size > most - 3000)
})

test('a copy stays as it was when its bytes are overwritten', () => {
  const log = new ByteLog(4)
  const position = log.append(Uint8Array.of(1, 2, 3, 4))
  const copy = log.read(position, 4)
  log.release(position + 4)
  log.append(Uint8Array.of(5, 6, 7, 8))
  assert.deepEqual([...copy], [1, 2, 3, 4])
})

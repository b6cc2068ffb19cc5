import { ZlibCompression } from '../../dist/node/compression.js'
import { median, round } from '../statistics.mjs'
import { letters, records } from './payloads.mjs'

const sizes = [64, 128, 256, 512, 768, 1024, 2048, 4096]
const kinds = { records, letters }

const compression = new ZlibCompression()
const ways = {
  // Without a level messages of up to 1 KiB are compressed in TypeScript (src/node/small-deflate.ts).
  usual: { level: undefined },
  zlib: { level: 6 },
}

/** CPU of one call in a process that does nothing else, garbage collection included, and bytes made. */
export function measureSmall({ rounds, seconds, log }) {
  const rows = []
  for (const [kind, make] of Object.entries(kinds)) {
    for (const size of sizes) {
      const payloads = Array.from({ length: 16 }, (_, seed) => make(size, seed))
      const runs = { usual: [], zlib: [] }
      // The first round warms up.
      for (let run = -1; run < rounds; run++) {
        for (const way of Object.keys(ways)) {
          const cost = microseconds(payloads, ways[way], seconds * 100)
          if (run >= 0) runs[way].push(cost)
        }
      }
      const row = { kind, size }
      for (const way of Object.keys(ways)) {
        const made = payloads.map((payload) => deflated(payload, ways[way]).length)
        row[way] = { microseconds: round(median(runs[way])), bytes: Math.round(median(made)) }
      }
      rows.push(row)
      log(JSON.stringify(row))
    }
  }
  return rows
}

function deflated(payload, { level }) {
  let made
  const job = { windowBits: 15, level, memoryLevel: undefined, dictionary: undefined }
  compression.deflate(payload, job, (bytes) => (made = bytes))
  return made
}

function microseconds(payloads, way, milliseconds) {
  const end = performance.now() + milliseconds
  const before = process.cpuUsage()
  let calls = 0
  for (; performance.now() < end; calls += 256) {
    for (let i = 0; i < 256; i++) deflated(payloads[i % payloads.length], way)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / calls
}

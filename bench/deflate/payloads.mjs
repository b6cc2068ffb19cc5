/** What is sent: records as an application would send them, and how they look compressed. */
import { writeFileSync } from 'node:fs'
import { constants, deflateRawSync } from 'node:zlib'
import { cache } from '../paths.mjs'

const { Z_SYNC_FLUSH } = constants

/** `bytes` of JSON, the same each time. */
export function records(bytes) {
  let text = ''
  for (let id = 0; text.length < bytes; id++) {
    const price = ((id * 7919) % 50_000) / 100
    const side = id % 3 ? 'buy' : 'sell'
    text += `{"id":${id},"user":"user${(id * 104_729) % 1000}","price":${price},"side":"${side}"},`
  }
  return Buffer.from(text.slice(0, bytes))
}

/** As a peer would send it, within the narrowest window that is measured (RFC 7692 §7.2.1). */
export function compressed(bytes) {
  return deflateRawSync(bytes, { windowBits: 12, finishFlush: Z_SYNC_FLUSH }).subarray(0, -4)
}

/** A file for `--compressed` of wsload. */
export function compressedFile(bytes) {
  const file = `${cache}/records-${bytes}`
  writeFileSync(file, compressed(records(bytes)))
  return file
}

/** What is sent: records as an application would send them, and how they look compressed. */
import { writeFileSync } from 'node:fs'
import { constants, deflateRawSync } from 'node:zlib'
import { cache } from '../paths.mjs'

const { Z_SYNC_FLUSH } = constants

/** `bytes` of JSON, the same each time for the same first `id`: short fields with the same names. */
export function records(bytes, first = 0) {
  let text = ''
  for (let id = first; text.length < bytes; id++) {
    const price = ((id * 7919) % 50_000) / 100
    const side = id % 3 ? 'buy' : 'sell'
    text += `{"id":${id},"user":"user${(id * 104_729) % 1000}","price":${price},"side":"${side}"},`
  }
  return Buffer.from(text.slice(0, bytes))
}

const words =
  'the tide rises and falls twice each day while ships wait in harbour for enough water to leave quay'.split(
    ' ',
  )

/** `bytes` of JSON, most of which is text and random names. */
export function letters(bytes, seed = 0) {
  let state = seed
  const random = (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
    return (state >>> 8) % below
  }
  let text = ''
  while (text.length < bytes) {
    const body = Array.from({ length: 4 + random(8) }, () => words[random(words.length)]).join(' ')
    const name = random(2 ** 24).toString(36) + random(2 ** 24).toString(36)
    text += JSON.stringify({
      name,
      body,
      at: 1_700_000_000_000 + random(2 ** 24),
      seen: random(2) === 0,
    })
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

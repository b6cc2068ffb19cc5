import { parentPort, workerData } from 'node:worker_threads'
import type { Haystack } from './matcher.ts'

// An expression may take for ever over a short text. In here it keeps nobody waiting but its own search,
// which ends it.

const { source, flags } = workerData as { readonly source: string; readonly flags: string }
const expression = new RegExp(source, flags)
const decoder = new TextDecoder()

parentPort!.on('message', ({ bytes, ends }: Haystack) => {
  const found: number[] = []
  let start = 0
  for (const [index, end] of ends.entries()) {
    if (expression.test(decoder.decode(bytes.subarray(start, end)))) found.push(index)
    start = end
  }
  parentPort!.postMessage(found, [])
})

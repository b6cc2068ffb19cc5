import { writeSync } from 'node:fs'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { writeFinding } from './corpus.ts'

/** An execution takes microseconds. One that takes this long is taken never to end. */
const patience = 20_000

/** Where the input that is running is written for the other thread: a count, its length, its bytes. */
interface Shared {
  readonly target: string
  readonly memory: SharedArrayBuffer
}

/**
 * Watches from another thread, because an execution that never ends would never let go of this one.
 * It is told every input before it runs.
 */
export function watchdog(
  target: string,
  maxLength: number,
): { readonly watch: (input: Uint8Array) => void; readonly stop: () => Promise<unknown> } {
  const memory = new SharedArrayBuffer(8 + maxLength)
  const shared: Shared = { target, memory }
  const worker = new Worker(new URL(import.meta.url), { workerData: shared })
  const numbers = new Int32Array(memory, 0, 2)
  const bytes = new Uint8Array(memory, 8)
  const watch = (input: Uint8Array): void => {
    bytes.set(input)
    numbers[1] = input.length
    Atomics.add(numbers, 0, 1)
  }
  return { watch, stop: () => worker.terminate() }
}

function keepWatch({ target, memory }: Shared): void {
  const numbers = new Int32Array(memory, 0, 2)
  let last = -1
  setInterval(() => {
    const count = Atomics.load(numbers, 0)
    if (count === last) {
      const input = new Uint8Array(memory, 8).slice(0, numbers[1])
      const file = writeFinding(target, { fault: 'never ends', input })
      // What a worker gives to the console goes through the thread that no longer answers.
      writeSync(2, `${target}: an execution has not ended in ${patience / 1000} s: ${file}\n`)
      process.kill(process.pid, 'SIGKILL')
    }
    last = count
  }, patience)
}

if (!isMainThread) keepWatch(workerData as Shared)

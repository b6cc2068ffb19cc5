/**
 * `node:test` as the tests get it on Deno, by the import map beside this file. It mends what Deno's own, as of
 * 2.9, does not do for a test within a suite: run the hooks of `t.after`, without which every server of a file
 * stays open until its end, and give a test that hangs up after a time, the milliseconds that the program is given.
 */
import { test as denoTest } from 'node:test'

export * from 'node:test'

const longest = Number(process.argv.at(-1))

export function test(name, ...rest) {
  const body = rest.pop()
  const [options = {}] = rest
  return denoTest(name, options, (t) => inFull(t, body, options.timeout ?? longest))
}

async function inFull(t, body, timeout) {
  const hooks = []
  t.after = (hook) => void hooks.push(hook)
  let timer
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${timeout} ms`)), timeout)
    // There are tests that look for timers.
    timer.unref()
  })
  try {
    await Promise.race([body(t), tooLong])
  } finally {
    clearTimeout(timer)
    for (const hook of hooks) await hook()
  }
}

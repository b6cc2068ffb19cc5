// npm run bench:recording [-- workload ...] [--rounds n] [--seconds n]
// What recording costs an echo: off, on, and on with a page that looks on; CPU of the server for a message, of
// runs that alternate. See docs/inspector.md.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { load } from '../generator.mjs'
import { startServer } from '../server-process.mjs'
import { median, round } from '../statistics.mjs'
import { workloads } from '../workloads.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
})
const modes = ['off', 'on', 'page']
const program = fileURLToPath(new URL('server.mjs', import.meta.url))

for (const name of positionals.length > 0 ? positionals : ['echo64', 'echo1k', 'pipelined']) {
  const { what, args } = workloads[name]
  const runs = Object.fromEntries(modes.map((mode) => [mode, []]))
  for (let turn = 0; turn < Number(values.rounds); turn++) {
    for (const mode of modes) runs[mode].push(await once(mode, args))
  }
  console.log(`\n${name}: ${what}`)
  for (const mode of modes) {
    const cost = median(runs[mode].map((run) => run.srv_us_msg))
    const rate = median(runs[mode].map((run) => run.msgs_s))
    const ratios = runs[mode].map((run, turn) => run.srv_us_msg / runs.off[turn].srv_us_msg)
    const figures = `${round(cost)} µs  ${Math.round(rate)}/s`
    console.log(`  ${mode.padEnd(5)} ${figures}  ${round(median(ratios))} times off`)
  }
}

async function once(mode, args) {
  const command = [process.execPath, program, mode]
  const server = await startServer('tidewire', {}, { command })
  try {
    return await load(server, ['--dur', values.seconds, '--warm', 1, ...args])
  } finally {
    await server.stop()
  }
}

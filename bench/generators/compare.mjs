// npm run bench:generators [-- workload ...] with the options of npm run bench
// What either generator reaches against the same servers, and what a message costs it beside what it costs them.
import { commandLine } from '../command-line.mjs'
import { contenders } from '../contenders.mjs'
import { measure } from '../measurement.mjs'
import { conditions, keepSection } from '../results.mjs'
import { round } from '../statistics.mjs'
import { workloads } from '../workloads.mjs'

const asked = commandLine({
  names: ['echo64', 'echo1000', 'pipelined', 'echo64k', 'echo1m', 'fanout1000', 'storm'],
  contenders: Object.keys(contenders),
  usual: ['tidewire', 'c'],
})
for (const name of asked.names) {
  const { what } = workloads[name]
  const generators = {}
  for (const generator of ['c', 'js']) {
    const results = await measure(workloads[name], asked.contenders, { ...asked, generator })
    generators[generator] = Object.fromEntries(Object.entries(results).map(reach))
    console.log(what, generator, JSON.stringify(generators[generator]))
  }
  const { rounds, seconds } = asked
  const section = { what, ...conditions(), rounds, seconds, generators }
  if (asked.save) keepSection('generators.json', name, section)
}

/** The rate, and the CPU that a message of it cost the generator and the server. */
function reach([name, result]) {
  if (result.unable) return [name, result]
  const { messagesPerSecond, cpuMicrosecondsPerMessage, serverCpu, generatorCpu } = result
  const generatorMicrosecondsPerMessage = round((generatorCpu * 1e6) / messagesPerSecond)
  return [
    name,
    {
      messagesPerSecond,
      generatorMicrosecondsPerMessage,
      serverMicrosecondsPerMessage: cpuMicrosecondsPerMessage,
      generatorCpu,
      serverCpu,
    },
  ]
}

import { parentPort, workerData } from 'node:worker_threads'
import { Load } from './load.ts'
import type { LoadData, LoadOrder, LoadReport } from './load-messages.ts'
import type { Share } from './load-settings.ts'

/** Milliseconds between two reports. */
const reportEvery = 500

const port = parentPort!
const { settings, connections } = workerData as LoadData
const load = new Load(settings)
let state: LoadReport['state'] = 'opening'
const begun = new Promise<Share | undefined>((resolve) => {
  port.on('message', (message: LoadOrder) => {
    if (message.order === 'run') return resolve(message.share)
    load.stop()
    resolve(undefined)
  })
})
const reporting = setInterval(report, reportEvery)

await load.connect(connections)
state = 'opened'
report()
state = 'running'
const share = await begun
if (share) await load.run(share)
state = 'done'
clearInterval(reporting)
report()
await load.end()
port.close()

function report(): void {
  const { open, errors, connectTimes, tally, elapsed, busy, cpu } = load
  const seen: LoadReport = {
    state,
    open,
    connectTimes: connectTimes.counts,
    tally: tally.counts,
    errors: errors.list,
    elapsed,
    busy,
    cpu,
  }
  port.postMessage(seen)
}

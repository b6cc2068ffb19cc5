/** What the kernel says of the processes of the server. */
import { readFileSync, readdirSync } from 'node:fs'

/** Seconds of CPU of all their threads. */
export function cpuSeconds(pids) {
  let nanoseconds = 0
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const line = read(`/proc/${pid}/task/${thread}/schedstat`)
      nanoseconds += Number(line.split(' ')[0])
    }
  }
  return nanoseconds / 1e9
}

/** KiB of them in memory. */
export function residentKibibytes(pids) {
  const sizes = pids.map((pid) => /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
  return sizes.reduce((sum, size) => sum + Number(size), 0)
}

/** A thread may end while it is looked at. */
function read(file) {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return '0'
  }
}

/** What the kernel says of the processes of the server. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'

/** Seconds of CPU of all their threads; 0 where there is no /proc. */
export function cpuSeconds(pids) {
  const nanoseconds = pids.flatMap(threads).map((thread) => {
    return Number(read(`${thread}/schedstat`).split(' ')[0])
  })
  return nanoseconds.reduce((sum, some) => sum + some, 0) / 1e9
}

/** KiB of them in memory. */
export function residentKibibytes(pids) {
  const sizes = pids.map((pid) => /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
  return sizes.reduce((sum, size) => sum + Number(size), 0)
}

function threads(pid) {
  const folder = `/proc/${pid}/task`
  return existsSync(folder) ? readdirSync(folder).map((thread) => `${folder}/${thread}`) : []
}

/** A thread may end while it is looked at. */
function read(file) {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return '0'
  }
}

import { readdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Figures } from './messages.ts'

// Node makes it when it destroys its first socket, and where it is a pipe it counts as a resource.
void process.stderr

/** Resources of a process at rest are looked at until they have been the same this often. */
const steady = 5

/** What this process holds once it has come to rest. Needs --expose-gc. */
export async function measure(open: () => number): Promise<Figures> {
  // A closed socket is gone some turns later, and the kernel may take a moment as well.
  let before = ''
  for (let same = 0, looks = 0; same < steady && looks < 100; looks++) {
    await wait(20)
    gc!()
    const now = JSON.stringify([open(), resources(), files()])
    same = now === before ? same + 1 : 0
    before = now
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  return {
    heap: heapUsed + arrayBuffers,
    rss,
    files: files(),
    resources: resources(),
    open: open(),
  }
}

function resources(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

function files(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}

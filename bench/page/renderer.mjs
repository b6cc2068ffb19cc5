import { readFileSync } from 'node:fs'

/** The id of the process of a browser's one page. */
export async function rendererOf(browser) {
  const devtools = await browser.newBrowserCDPSession()
  try {
    const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
    // There may be a spare one, which has nothing yet.
    return renderers.toSorted((a, b) => ownBytes(b) - ownBytes(a))[0]
  } finally {
    await devtools.detach()
  }
}

/** What is resident and not a file that others have mapped too. */
export function ownBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)[1]) * 1024
}

/** Milliseconds that its main thread has had of a processor: other programs do not add to it. */
export function mainThreadTime(pid) {
  const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // utime and stime, in ticks of 10 ms (proc(5)).
  return (Number(fields[11]) + Number(fields[12])) * 10
}

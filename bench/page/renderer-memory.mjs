import { readFileSync } from 'node:fs'

/** Bytes that the processes of a browser's pages have of their own; the one of a single page, then. */
export async function rendererBytes(browser) {
  const devtools = await browser.newBrowserCDPSession()
  try {
    const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
    const renderers = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => ownBytes(id))
    return Math.max(...renderers)
  } finally {
    await devtools.detach()
  }
}

/** What is resident and not a file that others have mapped too. */
function ownBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)[1]) * 1024
}

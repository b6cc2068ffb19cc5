import { existsSync } from 'node:fs'
import { after } from 'node:test'
import { type Browser, chromium } from 'playwright-core'

export const executablePath = '/usr/bin/chromium'

export const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let launched: Promise<Browser> | undefined

/** The one browser of a test file, started when it is first asked for and closed after the last test. */
export function browser(): Promise<Browser> {
  launched ??= launch()
  return launched
}

function launch(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `the browser tests need ${executablePath}, and there is none: install Debian's package "chromium"`,
    )
  }
  return chromium.launch({ executablePath, args, timeout: 30_000 })
}

after(async () => {
  await (await launched)?.close()
})

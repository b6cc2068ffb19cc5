// puppeteer-core drives Chromium over the DevTools protocol: small messages, many at once, and large ones.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from 'puppeteer-core'

const userDataDir = mkdtempSync(join(tmpdir(), 'tidewire-puppeteer-'))
const browser = await launch({
  executablePath: '/usr/bin/chromium',
  userDataDir,
  timeout: 120_000,
  protocolTimeout: 120_000,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
console.log(new URL(browser.wsEndpoint()).protocol)
const page = await browser.newPage()
await page.setContent('<h1>Tide</h1><input id="name" />')
await page.type('#name', 'wire')
console.log(await page.$eval('#name', ({ value }) => value))
console.log(await page.$eval('h1', ({ textContent }) => textContent))
const numbers = await Promise.all(
  Array.from({ length: 100 }, (_, i) => page.evaluate((n) => n * n, i)),
)
console.log(numbers.reduce((sum, number) => sum + number))
console.log((await page.evaluate(() => 'ö'.repeat(2_000_000))).length)
console.log((await page.screenshot()).subarray(1, 4).toString('latin1').length > 0)
await browser.close()
rmSync(userDataDir, { recursive: true, force: true })

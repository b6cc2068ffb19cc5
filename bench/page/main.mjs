// npm run bench:page [-- --quick]
// Measures the page of the inspector with a session of 1,000,000 messages: memory, the frames of a scroll,
// a search, and how soon the first message is seen. Writes bench/results/page.json.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { here } from '../paths.mjs'
import { median, round, spread } from '../statistics.mjs'
import { recordedSession } from './recorded-session.mjs'
import { mainThreadTime, ownBytes, rendererOf } from './renderer.mjs'
import { scrollFrames } from './scroll-frames.mjs'

const quick = process.argv.includes('--quick')
const messages = quick ? 100_000 : 1_000_000
const rounds = quick ? 2 : 3

const session = await recordedSession(messages)
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
})
const runs = []
try {
  for (let run = 0; run < rounds; run++) {
    runs.push(await measure())
    console.log(runs.at(-1))
  }
} finally {
  await browser.close()
  await session.close()
}

const result = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpu: cpus()[0].model,
  messages,
  rounds,
  ...Object.fromEntries(
    Object.keys(runs[0]).map((name) => {
      const values = runs.map((run) => run[name])
      return [name, { median: round(median(values)), spread: spread(values) }]
    }),
  ),
  bytes: pageBytes(),
}
mkdirSync(here('results'), { recursive: true })
writeFileSync(here('results/page.json'), `${JSON.stringify(result, null, 2)}\n`)
console.log(result)

async function measure() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.goto(session.url, { waitUntil: 'commit' })
    await page.waitForSelector('[data-testid="message"]')
    // From the navigation to the first row that is drawn.
    const firstMessage = await page.evaluate(() => performance.now())
    await page.waitForFunction(
      (wanted) => document.querySelector('[data-testid="bounds"]')?.textContent.startsWith(wanted),
      messages.toLocaleString('en-US'),
      { timeout: 300_000 },
    )
    const allMessages = await page.evaluate(() => performance.now())
    const renderer = await rendererOf(browser)
    const before = mainThreadTime(renderer)
    const scroll = await page.evaluate(scrollFrames)
    const worked = mainThreadTime(renderer) - before
    const megabytes = ownBytes(renderer) / 1e6
    const search = await timeSearch(page)
    return {
      firstMessage,
      allMessages,
      megabytes,
      search,
      longestScrollFrame: scroll.longest,
      scrollFrame99: scroll.p99,
      scrollFrameProcessor: worked / scroll.count,
    }
  } finally {
    await context.close()
  }
}

/** Milliseconds until a search through all of it is done. */
async function timeSearch(page) {
  const started = performance.now()
  await page.getByTestId('filter').fill(session.needle)
  await page.waitForSelector('.spinner')
  await page.waitForSelector('.spinner', { state: 'detached', timeout: 300_000 })
  await page.waitForFunction(
    (wanted) => document.querySelector('[data-testid="bounds"]')?.textContent.startsWith(wanted),
    `${session.needles} messages`,
  )
  return performance.now() - started
}

/** What the browser loads for the inspector; the live page's own script is not part of it. */
function pageBytes() {
  const folder = here('../dist/cli/live')
  const files = readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${name.toString()}`)
    .filter((file) => statSync(file).isFile() && !file.includes('live-app'))
    .map((file) => readFileSync(file))
  return {
    plain: files.reduce((sum, { length }) => sum + length, 0),
    gzip: files.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0),
  }
}

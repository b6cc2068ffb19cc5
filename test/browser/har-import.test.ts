import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { type HarWebSocketMessage, toHar } from '../../dist/inspect/index.js'
import { ports, recorded } from '../inspect/export/recorded.ts'
import { args, executablePath } from './chromium.ts'

/** A page on the DevTools that Chromium has built in and serves to whoever debugs it. */
async function devTools(t: TestContext): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'tidewire-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...args, '--remote-debugging-port=0'],
    timeout: 60_000,
  })
  t.after(async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${port}/devtools/models/har/har.js`)
  return page
}

/** What DevTools make of a HAR, and what they write of that again. */
interface RoundTrip {
  readonly types: readonly string[]
  readonly masks: readonly boolean[]
  readonly entries: readonly {
    readonly _webSocketMessages: readonly HarWebSocketMessage[]
    readonly request: object
    readonly response: object
    readonly timings: object
  }[]
}

/** Runs in the page, with the modules that DevTools are made of (front_end/models/har). */
const roundTrip = `async (text) => {
  const { HARFormat, Importer, Log } = await import('/devtools/models/har/har.js')
  const { log } = new HARFormat.HARRoot(JSON.parse(text))
  const requests = Importer.Importer.requestsFromHARLog(log)
  const { entries } = await Log.Log.build(requests, { sanitize: false })
  return {
    types: requests.map((request) => request.resourceType().name()),
    masks: requests.flatMap((request) => request.frames().map(({ mask }) => mask)),
    // As they are in a file.
    entries: JSON.parse(JSON.stringify(entries)),
  }
}`

test("Chromium's own DevTools read our HAR, and write the same messages and fields again", async (t) => {
  const page = await devTools(t)
  const har = toHar(recorded(), { name: 'Tidewire', version: '0' }, ports)
  const text = JSON.stringify(JSON.stringify(har))
  const { types, masks, entries } = await page.evaluate<RoundTrip>(`(${roundTrip})(${text})`)
  assert.deepEqual(types, ['websocket', 'websocket'])
  assert.deepEqual(masks, [true, false, false, true])
  assert.equal(entries.length, har.log.entries.length)
  for (const [at, ours] of har.log.entries.entries()) {
    const theirs = entries[at]!
    const { _webSocketMessages: messages } = ours
    const { _webSocketMessages: again } = theirs
    assert.deepEqual(again, messages)
    assert.deepEqual(namesOf(theirs), namesOf(ours))
    assert.deepEqual(namesOf(theirs.request), namesOf(ours.request))
    assert.deepEqual(namesOf(theirs.response), namesOf(ours.response))
  }
})

function namesOf(object: object): string[] {
  return Object.keys(object).sort()
}

/**
 * `node scripts/conformance.mjs [peer ...]` runs `tidewire check` against the peers of
 * test/conformance/peers.ts and writes the tables of docs/conformance.md. Build first: `npx tsc -b`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { drive, peers } from '../build/conformance/peers.js'
import { checkClient, checkServer, groups } from '../dist/conformance/index.js'
import { at } from './setup.mjs'

const file = at('docs/conformance.md')
const verdicts = ['pass', 'non-strict', 'informational', 'fail', 'not-supported']
const wanted = process.argv.slice(2)
const chosen = peers.filter(
  ({ name }) => wanted.length === 0 || wanted.some((one) => name.includes(one)),
)

// Servers are mostly waited for: three at a time keep two processors busy, and no more.
const reports = []
const queue = [...chosen.entries()]
await Promise.all(
  [1, 2, 3].map(async () => {
    for (let next = queue.shift(); next; next = queue.shift()) reports[next[0]] = await run(next[1])
  }),
)
const before = readFileSync(file, 'utf8')
const roles = ['server', 'client']
const tables = roles.map(table).join('\n')
const faults = roles.map(faultList).join('\n')
writeFileSync(file, replace(replace(before, 'peers', tables), 'faults', faults))
process.exit()

async function run(peer) {
  const server = await peer.serve()
  const asServer = await checkServer(server.url)
  await server.close()
  const check = await checkClient({ port: 0 })
  await drive(peer, `ws://127.0.0.1:${check.port}`)
  const asClient = await check.report
  await check.close()
  console.log(peer.name, asServer.counts, asClient.counts)
  return { name: peer.name, server: asServer, client: asClient }
}

function replace(whole, name, made) {
  const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
  return whole.replace(pattern, (_, start, end) => `${start}\n${made}\n${end}`)
}

/** pass / non-strict / informational / fail / not supported, by group. */
function table(role) {
  const head = ['group', ...reports.map(({ name }) => name)]
  const rows = groups
    .map(({ number, title }) => [
      `${number} ${title}`,
      ...reports.map((one) =>
        cell(one[role].groups.find((group) => group.number === number)?.counts),
      ),
    ])
    .filter(([, first]) => first !== '')
  const total = ['**all**', ...reports.map((one) => cell(one[role].counts))]
  const time = ['seconds', ...reports.map((one) => (one[role].milliseconds / 1000).toFixed(0))]
  const lines = [head, head.map(() => '---'), ...rows, total, time].map(
    (row) => `| ${row.join(' | ')} |`,
  )
  return `### As ${role}s\n\n${lines.join('\n')}\n`
}

function cell(counts) {
  return counts ? verdicts.map((verdict) => counts[verdict] || '·').join(' / ') : ''
}

function faultList(role) {
  const lines = reports.flatMap(({ name, [role]: report }) =>
    report.results
      .filter(({ verdict }) => verdict === 'fail')
      .map(
        ({ id, title, clause, findings }) =>
          `- ${name}, ${id} ${title}: ${findings.map(({ text }) => text).join('; ')} (${clause})`,
      ),
  )
  return `### Failures of ${role}s\n\n${lines.length > 0 ? lines.join('\n') : 'None.'}\n\n${cpus().length} processors, Node ${process.version}.\n`
}

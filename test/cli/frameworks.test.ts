import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { connect } from '../../dist/node/index.js'
import { type Cleanup, Program } from './programs.ts'

const folder = 'examples/frameworks'
const frameworks = ['http', 'Express', 'Fastify', 'Hono', 'Koa']

async function serving(t: Cleanup, name: string): Promise<{ program: Program; http: string }> {
  const program = new Program(t, process.execPath, [`${folder}/${name.toLowerCase()}.mjs`])
  const [, http = ''] = await program.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
  return { program, http }
}

async function join(http: string, path: string, user: string) {
  const url = `${http.replace('http', 'ws')}${path}`
  const socket = await connect(url, { headers: { Cookie: `user=${user}` } })
  const messages = socket[Symbol.asyncIterator]()
  return { socket, next: async () => (await messages.next()).value }
}

async function ends({ child, ended }: Program): Promise<void> {
  child.kill('SIGTERM')
  assert.equal((await ended).code, 0)
}

for (const name of frameworks) {
  suite(`beside ${name}`, () => {
    test('HTTP is the framework’s, and what is posted there comes to the members', async (t) => {
      const { program, http } = await serving(t, name)
      assert.equal(await (await fetch(http)).text(), `hello from ${name}`)
      const [ada, bob] = [await join(http, '/chat', 'ada'), await join(http, '/chat', 'bob')]
      ada.socket.send('hi')
      assert.equal(await bob.next(), 'ada: hi')
      const headers = { 'Content-Type': 'text/plain' }
      const posted = await fetch(`${http}/messages`, { method: 'POST', headers, body: 'news' })
      assert.equal(await posted.text(), '2')
      assert.deepEqual([await ada.next(), await bob.next()], ['news', 'news'])
      await ends(program)
      assert.deepEqual(
        [(await ada.socket.closed).code, (await bob.socket.closed).code],
        [1001, 1001],
      )
    })

    test('who may not is refused, and so is another path', async (t) => {
      const { program, http } = await serving(t, name)
      const ws = http.replace('http', 'ws')
      await assert.rejects(connect(`${ws}/chat`), { status: 401, body: 'who are you?' })
      await assert.rejects(connect(`${ws}/elsewhere`), { status: 404 })
      await ends(program)
    })
  })
}

suite('routed by Express', () => {
  test('an upgrade has the session and the parameters of its path', async (t) => {
    const { program, http } = await serving(t, 'routed')
    const [ada, bob] = [await join(http, '/rooms/a', 'ada'), await join(http, '/rooms/a', 'bob')]
    const eve = await join(http, '/rooms/b', 'eve')
    ada.socket.send('hi')
    assert.equal(await bob.next(), 'ada: hi')
    const count = await fetch(`${http}/rooms/a`, { headers: { Cookie: 'user=eve' } })
    assert.equal(await count.text(), '2 in here')
    void eve.socket.close()
    assert.deepEqual(await eve.next(), undefined)
    await ends(program)
  })

  test('its middleware refuses, and it answers for what it has no route for', async (t) => {
    const { program, http } = await serving(t, 'routed')
    const ws = http.replace('http', 'ws')
    await assert.rejects(connect(`${ws}/rooms/a`), { status: 401, body: 'who are you?' })
    const headers = { Cookie: 'user=ada' }
    await assert.rejects(connect(`${ws}/elsewhere`, { headers }), { status: 404 })
    await ends(program)
  })
})

test('docs/frameworks.md has these programs, each as it is run here', () => {
  const document = readFileSync('docs/frameworks.md', 'utf8')
  for (const file of readdirSync(folder)) {
    const program = readFileSync(`${folder}/${file}`, 'utf8')
    assert.ok(document.includes(`\`\`\`js\n${program}\`\`\``), `${file} is not in the document`)
  }
})

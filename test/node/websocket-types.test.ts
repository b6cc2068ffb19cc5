import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A program that is written for browsers, and one that knows what is more here. */
const source = `
import { CloseEvent as ClosedHere, WebSocket as SocketHere } from 'tidewire'

const socket: WebSocket = new SocketHere('ws://127.0.0.1')
const make: typeof WebSocket = SocketHere
const event: CloseEvent = new ClosedHere('close')
socket.onmessage = ({ data, origin }) => console.log(data, origin)
socket.addEventListener('close', ({ code, reason, wasClean }) => console.log(code, reason, wasClean))

const more = new SocketHere('wss://127.0.0.1', { protocols: ['chat'], headers: { a: 'b' } })
more.onclose = (closed: ClosedHere) => console.log(closed.cause)
more.onclose = ({ cause }) => console.log(cause instanceof Error ? cause.message : cause?.text)
more.onopen = function () {
  this.send(new Uint8Array(1))
}
more.addEventListener('close', ({ cause }) => console.log(cause))
// @ts-expect-error
more.send(5)
// @ts-expect-error
more.binaryType = 'nodebuffer'
export { event, make }
`

test('a WebSocket has the type of the one in the DOM library', async () => {
  mkdirSync('.cache', { recursive: true })
  const folder = mkdtempSync(resolve('.cache/dom-types-'))
  try {
    writeFileSync(join(folder, 'program.mts'), source)
    const compilerOptions = {
      target: 'ES2023',
      module: 'NodeNext',
      lib: ['ES2023', 'DOM'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    }
    const config = { compilerOptions, files: ['program.mts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const compiler = resolve('node_modules/typescript/bin/tsc')
    const failure = (error: { stdout: string }) => error
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(failure)
    assert.equal(stdout, '')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs a program, in a file because Deno has no other way, to its natural end. @returns What it printed. */
export async function program(source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidewire-program-'))
  try {
    const file = join(folder, 'program.mjs')
    await writeFile(file, source)
    const { stdout } = await run(process.execPath, [file], { timeout: 60_000 })
    return stdout.trim()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

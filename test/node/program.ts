import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface ProgramOptions {
  /** For the runtime, such as --expose-gc. */
  flags?: string[]
  /** For the program: from `process.argv[2]` on. */
  args?: string[]
  /** In place of the environment of this process. */
  env?: NodeJS.ProcessEnv
}

/** Runs a program, in a file because Deno has no other way, to its natural end. @returns What it printed. */
export async function program(source: string, options?: ProgramOptions): Promise<string> {
  const { stdout } = await outputs(source, options)
  return stdout.trim()
}

/** Runs a program likewise. @returns What it printed, and what it printed as errors. */
export async function outputs(
  source: string,
  { flags = [], args = [], env }: ProgramOptions = {},
): Promise<{ stdout: string; stderr: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tidewire-program-'))
  try {
    const file = join(folder, 'program.mjs')
    await writeFile(file, source)
    return await run(process.execPath, [...flags, file, ...args], { timeout: 60_000, env })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

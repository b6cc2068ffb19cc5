import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface Result {
  readonly code: number
  readonly stdout: string
  /** Stdout and stderr. */
  readonly output: string
}

/** Runs a program to its end, whatever that is. The environment has nothing of npm's or of the test runner's. */
export function command(file: string, args: readonly string[], cwd: string = '.'): Promise<Result> {
  const env = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_)/i.test(name))
  const options = { cwd, env: Object.fromEntries(env), maxBuffer: 1 << 26 }
  return new Promise((done) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0
      const ending = code === -1 ? `\n${error?.message}` : ''
      done({ code, stdout, output: `${stdout}${stderr}${ending}` })
    })
  })
}

/** As `command`, for what must succeed: rejects with the output otherwise. */
export async function succeed(
  file: string,
  args: readonly string[],
  cwd: string = '.',
): Promise<string> {
  const { code, stdout, output } = await command(file, args, cwd)
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} exited with ${code}\n${output}`)
  return stdout
}

/** The repository's own compiler, to be run with `process.execPath`. */
export const tsc: string = resolve('node_modules/typescript/bin/tsc')

/** The Node of each supported major version that `npm test -- nodes` put into .cache. */
export function supportedNodes(): { major: number; node: string }[] {
  return [20, 22, 24, 26].map((major) => {
    const modules = resolve(`.cache/node-${major}/node_modules`)
    const carrier = existsSync(modules)
      ? readdirSync(modules).find((name) => name.startsWith('node-'))
      : undefined
    if (!carrier) throw new Error(`there is no Node ${major} in .cache; run: npm test -- nodes`)
    const name = process.platform === 'win32' ? 'node.exe' : 'node'
    return { major, node: join(modules, carrier, 'bin', name) }
  })
}

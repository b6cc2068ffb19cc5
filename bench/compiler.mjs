/** The programs in C, compiled where there is a compiler and their source is newer. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { cache, here } from './paths.mjs'

const sources = { wsload: 'generators/wsload.c', echo: 'servers/echo.c' }
/** They are for epoll. */
const compiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/** The path of a compiled program, or undefined where there is no compiler. */
export function compiled(name) {
  const source = here(sources[name])
  const program = `${cache}/${name}`
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program
  if (!compiler) return undefined
  mkdirSync(cache, { recursive: true })
  execFileSync('cc', ['-O2', '-w', '-o', program, source], { stdio: 'inherit' })
  return program
}

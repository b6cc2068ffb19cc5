import { CommandError } from '../command.ts'

/** Files that a process needs besides its connections, with its threads and what they load. */
const others = 100

/** How many files this process may have open; `undefined` where the system does not say. */
export function mostOpenFiles(): number | undefined {
  // Windows has no such limit.
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } }
  }
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : undefined
}

/**
 * Refuses more connections than this process may have open files: each is one.
 * @throws {CommandError}
 */
export function checkOpenFiles(connections: number, most: number | undefined): void {
  if (most === undefined || connections + others <= most) return
  throw new CommandError(
    `--connections ${connections}: each is an open file, and this process may have ${most}, of which ` +
      `it needs ${others} for itself; raise the limit with ulimit -n ${connections + others}`,
  )
}

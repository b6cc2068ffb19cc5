import { benchCommand } from './bench/bench-command.ts'
import { checkCommand } from './check-command.ts'
import type { Command } from './command.ts'
import { completionCommand } from './completion-command.ts'
import { connectCommand } from './connect-command.ts'
import { explainCommand } from './explain-command.ts'
import { inspectCommand } from './inspect-command.ts'
import { replayCommand } from './replay/replay-command.ts'
import { serveCommand } from './serve-command.ts'

const working: readonly Command[] = [
  serveCommand,
  connectCommand,
  inspectCommand,
  explainCommand,
  checkCommand,
  benchCommand,
  replayCommand,
]

/** What `tidewire` can do. */
export const commands: readonly Command[] = [...working, completionCommand(working)]

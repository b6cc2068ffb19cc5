#!/usr/bin/env node
import { checkCommand } from './check-command.ts'
import { type Command, CommandError, ExitCode, UsageError, version } from './command.ts'
import { completionCommand } from './completion-command.ts'
import { connectCommand } from './connect-command.ts'
import { explainCommand } from './explain-command.ts'
import { inspectCommand } from './inspect-command.ts'
import { printable } from './printable.ts'
import { serveCommand } from './serve-command.ts'

const working: readonly Command[] = [
  serveCommand,
  connectCommand,
  inspectCommand,
  explainCommand,
  checkCommand,
]
const commands: readonly Command[] = [...working, completionCommand(working)]

const help = `tidewire: WebSocket from the wire up

Usage: tidewire <command> [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

  tidewire <command> --help   what a command does and takes
  tidewire --version
`

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(help)
    return ExitCode.usage
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help)
    return ExitCode.done
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`)
    return ExitCode.done
  }
  const command = commands.find((one) => one.name === name)
  if (!command) {
    throw new UsageError(`there is no command ${JSON.stringify(name)}; see tidewire --help`)
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(command.help)
    return ExitCode.done
  }
  return command.run(args)
}

// When nobody reads our output any more there is nobody to tell. A command that is about its output
// learns of it from its own writes.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof UsageError
  if (!usage && !(error instanceof CommandError)) throw error
  process.stderr.write(`tidewire: ${printable(error.message)}\n`)
  process.exitCode = usage ? ExitCode.usage : ExitCode.failed
}

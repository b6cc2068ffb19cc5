#!/usr/bin/env node
import { type Command, CommandError, ExitCode, UsageError, version } from './command.ts'
import { connectCommand } from './connect-command.ts'
import { serveCommand } from './serve-command.ts'

const commands: readonly Command[] = [serveCommand, connectCommand]

const help = `tidewire: WebSocket from the wire up

Usage: tidewire <command> [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

  tidewire <command> --help   what a command does and takes
  tidewire --version
`

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(help)
    return name === undefined ? ExitCode.usage : ExitCode.done
  }
  if (name === '--version') {
    process.stdout.write(`${version()}\n`)
    return ExitCode.done
  }
  const command = commands.find((one) => one.name === name)
  if (!command) {
    throw new UsageError(`there is no command ${JSON.stringify(name)}; see tidewire --help`)
  }
  if (args.includes('--help')) {
    process.stdout.write(command.help)
    return ExitCode.done
  }
  return command.run(args)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof UsageError
  if (!usage && !(error instanceof CommandError)) throw error
  process.stderr.write(`tidewire: ${error.message}\n`)
  process.exitCode = usage ? ExitCode.usage : ExitCode.failed
}

import type { Command } from './command.ts'

export const connectCommand: Command = {
  name: 'connect',
  summary: 'an interactive line client',
  help: '',
  run: () => Promise.resolve(2),
}

import type { ClientSocket } from '../node/index.ts'
import { type Command, CommandError, ExitCode } from './command.ts'
import { connectFlags, readConnectSettings, type Session } from './connect-options.ts'
import { urlDetails } from './connection-options.ts'
import { closedNormally, closing, type Ending } from './ending.ts'
import { LineClient } from './line-client.ts'
import { documented, type Manual } from './manual.ts'
import { openSocket } from './open-socket.ts'
import { PipeClient } from './pipe-client.ts'
import { recordSession } from './record-session.ts'
import { untilSignalled } from './until-signalled.ts'

const details = `
${urlDetails}

At a terminal: each line is sent as a text message, with --binary as the bytes that its hex digits
stand for; a line that ends in \\ goes on in the next one. Messages appear above the prompt, JSON laid out and
in colours, which NO_COLOR turns off. Ctrl-D or Ctrl-C closes. The arrow keys bring back what was entered, also
in earlier sessions: it is kept in ~/.local/state/tidewire/connect-history, or below XDG_STATE_HOME, or where
TIDEWIRE_HISTORY says (empty: nowhere), which only you can read. Lines that begin with a space or look
as if a password or token were in them are not kept.

In a pipe: each line of stdin is sent as a text message, and each message is a line of stdout, in
base64 when it is binary; with --json it is {"type":"text","data":...} or {"type":"binary",
"base64":...}, between {"type":"open",...} and {"type":"close","code":...}. With --binary all of stdin is one binary message, and the bytes of each
message go to stdout as they are. When stdin has ended and the server has read everything, which a
ping tells, the connection is closed after --wait seconds without a message; with --expect, after
what is expected has come. Both directions go at the speed of the slower side.

What --record writes has no Authorization, Cookie or Set-Cookie in it.`

const manual: Manual = {
  name: 'connect',
  summary: 'a client for terminals and scripts: lines to messages and back',
  usage: [['[options] <url>']],
  options: [
    ['', connectFlags.own],
    ['For the connection:', connectFlags.connection],
  ],
  details,
  examples: [
    'tidewire connect ws://127.0.0.1:8080/topics/lobby',
    'echo hello | tidewire connect --expect hello --timeout 5 ws://127.0.0.1:8080/echo',
    `echo '{"op":"login"}' | tidewire connect --expect '{"ok":true}' wss://example.com/api`,
    'echo ping | tidewire connect --repeat 10 --interval 1 --expect 10 ws://127.0.0.1:8080/echo',
    'tidewire connect --binary ws://127.0.0.1:8080/echo < photo.jpg > copy.jpg',
    'tidewire connect --wait forever wss://example.com/events < /dev/null >> events.log',
    'tidewire connect --record session.har wss://example.com/chat',
    "tidewire connect --header 'Authorization: Bearer 1234' --subprotocol chat wss://example.com/chat",
  ],
  exitCodes:
    '0 closed normally (1000, 1001 or no code), 1 could not connect, read stdin or write stdout, or ' +
    'what --expect says did not come within --timeout, 2 wrong usage, 3 closed in any other way, or ' +
    'before what --expect says had come',
}

export const connectCommand: Command = documented(manual, async (args) => {
  const settings = readConnectSettings(args)
  return recordSession(settings.record, async () => {
    const socket = await openSocket(settings.destination)
    void untilSignalled().then(() => socket.close())
    return exitCode(await converse(socket, settings.session))
  })
})

async function converse(socket: ClientSocket, session: Session): Promise<Ending> {
  const { stdin, stdout, stderr } = process
  const plain = session.json || process.env['TERM'] === 'dumb'
  if (stdin.isTTY && stdout.isTTY && !plain) {
    return new LineClient(socket, { stdin, stdout }, session).run()
  }
  try {
    return await new PipeClient(socket, { stdin, stdout, stderr }, session).run()
  } catch (error) {
    // The errors of the system have a code; one of ours without would be a fault to be seen whole.
    if (error instanceof CommandError || !(error instanceof Error && 'code' in error)) throw error
    throw new CommandError(`stdin or stdout failed: ${error.message}`)
  }
}

function exitCode({ outcome, missing, late, brokenPipe }: Ending): number {
  if (brokenPipe) return ExitCode.done
  const ended = closing(outcome)
  if (late) {
    process.stderr.write(`tidewire: ${missing} within --timeout\n`)
    return ExitCode.failed
  }
  if (!closedNormally(outcome)) {
    process.stderr.write(`tidewire: ${ended}\n`)
    return ExitCode.ended
  }
  if (missing !== undefined) {
    process.stderr.write(`tidewire: ${ended}; ${missing}\n`)
    return ExitCode.ended
  }
  return ExitCode.done
}

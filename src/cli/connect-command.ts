import { type ClientSocket, connect, ConnectError, OptionError } from '../node/index.ts'
import { type Command, CommandError, ExitCode, UsageError } from './command.ts'
import { type ConnectSettings, readConnectSettings, type Session } from './connect-options.ts'
import { closedNormally, closing, type Ending } from './ending.ts'
import { LineClient } from './line-client.ts'
import { PipeClient } from './pipe-client.ts'
import { recordSession } from './record-session.ts'
import { untilSignalled } from './until-signalled.ts'

const help = `tidewire connect: a WebSocket client for terminals and scripts

Usage: tidewire connect [options] <url>

  --subprotocol <name>      offer a subprotocol; may be repeated, most wanted first
  --header 'Name: value'    send a header with the request; may be repeated
  --origin <origin>         say which web page connects, as a browser does
  --binary                  send bytes: see below
  --ping <seconds>          ping that often and print each round trip to stderr
  --wait <seconds>          how long to wait for more after the end of stdin (1); or forever
  --expect <number>         close when that many messages have come
  --deflate                 offer to compress messages (permessage-deflate)
  --record <file>           write what goes over the connection to a .har for DevTools, a .pcapng
                            for Wireshark, or a .jsonl; may be repeated
  --ca <file>               certificates in PEM to trust for wss, in place of the system's
  --insecure                accept any certificate
  --proxy <url>             go through a proxy: http://host:port, https://, socks5:// or socks5h://;
                            or none (default: as HTTPS_PROXY, ALL_PROXY and NO_PROXY say)
  --redirects <number>      follow that many redirects (0); to other servers without the headers

The URL is ws://, wss://, http://, https:// or ws+unix:/path/to.sock:/resource. Without a scheme it
is ws://.

At a terminal: each line is sent as a text message, with --binary as the bytes that its hex digits
stand for. Messages appear above the prompt. Ctrl-D or Ctrl-C closes.

In a pipe: each line of stdin is sent as a text message, and each message is a line of stdout, in
base64 when it is binary. With --binary all of stdin is one binary message, and the bytes of each
message go to stdout as they are. When stdin has ended and the server has read everything, which a
ping tells, the connection is closed after --wait seconds without a message; with --expect, after
that many messages. Both directions go at the speed of the slower side.

Examples:
  tidewire connect ws://127.0.0.1:8080/topics/lobby
  echo hello | tidewire connect --expect 1 ws://127.0.0.1:8080/echo
  tidewire connect --binary ws://127.0.0.1:8080/echo < photo.jpg > copy.jpg
  tidewire connect --wait forever wss://example.com/events < /dev/null >> events.log
  tidewire connect --record session.har wss://example.com/chat
  tidewire connect --header 'Authorization: Bearer 1234' --subprotocol chat wss://example.com/chat

Exit codes: 0 closed normally (1000, 1001 or no code), 1 could not connect, read stdin or write
stdout, 2 wrong usage, 3 closed in any other way, or before the messages of --expect had come.
`

export const connectCommand: Command = {
  name: 'connect',
  summary: 'a client for terminals and scripts: lines to messages and back',
  help,
  async run(args) {
    const settings = readConnectSettings(args)
    return recordSession(settings.record, async () => {
      const socket = await open(settings)
      void untilSignalled().then(() => socket.close())
      return exitCode(await converse(socket, settings.session), settings.session)
    })
  },
}

async function open({ url, options }: ConnectSettings): Promise<ClientSocket> {
  try {
    return await connect(url, options)
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message)
    if (!(error instanceof ConnectError)) throw error
    if (error.code === 'ERR_CONNECT_URL') throw new UsageError(error.message)
    throw new CommandError(`${error.message}${hint(error)}`)
  }
}

/** The library speaks of its options; these are the ones of the command line. */
function hint({ code, status }: ConnectError): string {
  if (code === 'ERR_CONNECT_TLS') return ' (tls.ca is --ca here; --insecure takes any certificate)'
  if (code === 'ERR_CONNECT_PROXY' || code === 'ERR_CONNECT_PROXY_AUTH') return ' (here: --proxy)'
  if (status === 401 || status === 403) return ' (here: --header and --origin)'
  return status !== undefined && status >= 300 && status < 400 ? ' (here: --redirects)' : ''
}

async function converse(socket: ClientSocket, session: Session): Promise<Ending> {
  const { stdin, stdout, stderr } = process
  if (stdin.isTTY && stdout.isTTY && process.env['TERM'] !== 'dumb') {
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

function exitCode({ outcome, received, brokenPipe }: Ending, { expect = 0 }: Session): number {
  if (brokenPipe) return ExitCode.done
  if (!closedNormally(outcome)) {
    process.stderr.write(`tidewire: ${closing(outcome)}\n`)
    return ExitCode.ended
  }
  if (received < expect) {
    const came = `${received} of the ${expect} messages expected had come`
    process.stderr.write(`tidewire: ${closing(outcome)}; ${came}\n`)
    return ExitCode.ended
  }
  return ExitCode.done
}

import { OptionError, type OriginPolicy, TidewireError } from '../node/index.ts'
import { type Command, CommandError, ExitCode, UsageError } from './command.ts'
import { hostnameOf, isLoopback, portOf } from './listen-options.ts'
import { originPolicy } from './origin-policy.ts'
import { parseOptions } from './parse-options.ts'
import { readCertificate } from './read-certificate.ts'
import { type ReadyServer, type ReadyServerOptions, startReadyServer } from './ready-server.ts'
import { untilSignalled } from './until-signalled.ts'

const help = `tidewire serve: a ready WebSocket server with topics, HTTP publishing and a live page

Usage: tidewire serve [options]

  --port <number>      TCP port; 0 picks a free one (8080)
  --host <address>     address to listen on (127.0.0.1: only this machine)
  --cert <file>        certificate chain in PEM, for https and wss
  --key <file>         its private key in PEM
  --origin <origin>    let pages of this origin in as well; may be repeated, * lets all in
                       (only pages of this server)
  --allow-host <name>  a name that clients call this server by, such as app.example or
                       *.app.example; may be repeated, * for any (on loopback: localhost only)
  --inspect            record what goes over its connections, and print the URL of a page, on this
                       machine only and with a secret in it, that shows it

It offers:
  GET  /               the live page
  GET  /health         {status, connections, topics, uptime}
  GET  /topics         the topics and how many members each has
  POST /topics/:name   the body goes to every member; the answer says what became of it
  ws   /topics/:name   join a topic: what a member sends goes to every other member
  ws   /echo           every message comes back

Examples:
  tidewire serve --port 9000
  curl -d 'hello' -H 'Content-Type: text/plain' http://127.0.0.1:8080/topics/lobby

SIGINT or SIGTERM closes every connection with 1001 and exits with 0; a second one exits at once.
Exit codes: 0 stopped by a signal, 1 could not start, 2 wrong usage.
`

export const serveCommand: Command = {
  name: 'serve',
  summary: 'a ready server: topics, echo, HTTP publishing, a live page',
  help,
  async run(args) {
    const options = readOptions(args)
    const server = await start(options)
    const signalled = untilSignalled()
    process.stdout.write(`listening on ${server.url.replace(/\/$/, '')}\n`)
    if (!isLoopback(server.hostname)) process.stderr.write(openHint)
    await signalled
    await server.close()
    return ExitCode.done
  },
}

const openHint =
  'tidewire: other machines can connect to this address, and everyone who can may publish; ' +
  'without --host only this machine can\n'

function readOptions(args: readonly string[]): ReadyServerOptions {
  const { values, positionals } = parseOptions('serve', args, {
    port: { type: 'string', default: '8080' },
    host: { type: 'string', default: '127.0.0.1' },
    cert: { type: 'string' },
    key: { type: 'string' },
    inspect: { type: 'boolean', default: false },
    origin: { type: 'string', multiple: true, default: [] },
    'allow-host': { type: 'string', multiple: true, default: [] },
  })
  const { port, host, cert, key, inspect, origin, 'allow-host': hosts } = values
  if (positionals[0] !== undefined) {
    throw new UsageError(`serve takes only options, not ${JSON.stringify(positionals[0])}`)
  }
  const tls = readCertificate(cert, key)
  return {
    port: portOf('--port', port),
    hostname: hostnameOf(host),
    origins: checkedOrigins(origin),
    ...(hosts.length > 0 ? { hosts: hosts.includes('*') ? '*' : hosts } : {}),
    // Whoever asks for it here has asked for it by name.
    inspect: inspect && { production: true },
    ...(tls ? { tls } : {}),
  }
}

function checkedOrigins(origins: readonly string[]): OriginPolicy {
  try {
    return originPolicy(origins)
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    const what = JSON.stringify(error.value)
    throw new UsageError(`--origin ${what}: expected an origin such as https://app.example, or *`)
  }
}

async function start(options: ReadyServerOptions): Promise<ReadyServer> {
  try {
    return await startReadyServer(options)
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message)
    if (error instanceof TidewireError) throw new CommandError(error.message)
    throw error
  }
}

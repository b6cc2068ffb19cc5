import { OptionError, type OriginPolicy, TidewireError } from '../node/index.ts'
import { type Command, CommandError, ExitCode, UsageError } from './command.ts'
import { defaulted, on, value, values } from './flags.ts'
import { frontDoor } from './front-door.ts'
import { hostnameOf, isLoopback, portOf } from './listen-options.ts'
import { documented, type Manual } from './manual.ts'
import { originPolicy } from './origin-policy.ts'
import { parseOptions } from './parse-options.ts'
import { readCertificate } from './read-certificate.ts'
import { type ReadyServer, type ReadyServerOptions, startReadyServer } from './ready-server.ts'
import { ServerEvents } from './server-events.ts'
import { untilSignalled } from './until-signalled.ts'

const flags = {
  port: defaulted('<number>', '8080', 'TCP port; 0 picks a free one'),
  host: defaulted('<address>', '127.0.0.1', 'address to listen on; by default only this machine'),
  cert: value('<file>', 'certificate chain in PEM, for https and wss'),
  key: value('<file>', 'its private key in PEM'),
  origin: values(
    '<origin>',
    'let pages of this origin in as well; may be repeated, * lets all in (only pages of this server)',
  ),
  'allow-host': values(
    '<name>',
    'a name that clients call this server by, such as app.example or *.app.example; may be repeated, ' +
      '* for any (on loopback: localhost only)',
  ),
  inspect: on(
    'record what goes over its connections, and print a link, for browsers of this machine only and with a ' +
      'secret in it, to the live page from which the inspector is opened',
  ),
  json: on('for programs: print one line of JSON for each event, see below'),
} as const

const details = `
It offers:

  GET  /               the live page
  GET  /health         {status, connections, topics, uptime}
  GET  /topics         the topics and how many members each has
  POST /topics/:name   the body goes to every member; the answer says what became of it
  ws   /topics/:name   join a topic: what a member sends goes to every other member
  ws   /echo           every message comes back

With --json each line is {"type":"listening","url":...,"websocket":...,"page":...}, with --inspect also
"inspector", then {"type":"open","connection":1,"path":...}, {"type":"close","connection":1,"code":...} and
{"type":"error","message":...} as they happen.

SIGINT or SIGTERM closes every connection with 1001 and exits with 0; a second one exits at once.`

const manual: Manual = {
  name: 'serve',
  summary: 'a ready server: topics, echo, HTTP publishing, a live page',
  usage: [['[options]']],
  options: [['', flags]],
  details,
  examples: [
    'tidewire serve --port 9000',
    'tidewire serve --inspect --json',
    "curl -d 'hello' -H 'Content-Type: text/plain' http://127.0.0.1:8080/topics/lobby",
  ],
  exitCodes: '0 stopped by a signal, 1 could not start, 2 wrong usage',
}

export const serveCommand: Command = documented(manual, async (args) => {
  const { options, json } = readOptions(args)
  const events = json ? new ServerEvents((line) => process.stdout.write(line)) : undefined
  const server = await start(options, events)
  const signalled = untilSignalled()
  const door = frontDoor(server)
  if (events) events.listening(server.url, door, server.inspector?.url)
  else {
    process.stdout.write(`listening on ${server.url.replace(/\/$/, '')}\n`)
    if (door !== undefined) process.stderr.write(`tidewire inspector: ${door}\n`)
  }
  if (!isLoopback(server.hostname)) process.stderr.write(openHint)
  await signalled
  await server.close()
  return ExitCode.done
})

const openHint =
  'tidewire: other machines can connect to this address, and everyone who can may publish; ' +
  'without --host only this machine can\n'

interface Given {
  readonly options: ReadyServerOptions
  readonly json: boolean
}

function readOptions(args: readonly string[]): Given {
  const { values: given, positionals } = parseOptions('serve', args, flags)
  const { port, host, cert, key, inspect, origin, json, 'allow-host': hosts } = given
  if (positionals[0] !== undefined) {
    throw new UsageError(`serve takes only options, not ${JSON.stringify(positionals[0])}`)
  }
  const tls = readCertificate(cert, key)
  const options: ReadyServerOptions = {
    port: portOf('--port', port),
    hostname: hostnameOf(host),
    origins: checkedOrigins(origin),
    ...(hosts.length > 0 ? { hosts: hosts.includes('*') ? '*' : hosts } : {}),
    // Whoever asks for it here has asked for it by name.
    inspect: inspect && { production: true, print: false },
    ...(tls ? { tls } : {}),
  }
  return { options, json }
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

async function start(
  options: ReadyServerOptions,
  events: ServerEvents | undefined,
): Promise<ReadyServer> {
  try {
    return await startReadyServer(options, events)
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message)
    if (error instanceof TidewireError) throw new CommandError(error.message)
    throw error
  }
}

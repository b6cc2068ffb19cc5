import { TidewireError } from '../node/index.ts'
import { type ProxyOptions, type RunningProxy, startProxy } from '../node/inspector/index.ts'
import { type Command, CommandError, ExitCode, UsageError } from './command.ts'
import { exactly, tlsFlags } from './connection-options.ts'
import { defaulted, on, value } from './flags.ts'
import { hostnameOf, isLoopback, portOf } from './listen-options.ts'
import { documented, type Manual } from './manual.ts'
import { parseOptions } from './parse-options.ts'
import { readCertificate } from './read-certificate.ts'
import { readIssuer, withScheme } from './request-options.ts'
import { untilSignalled } from './until-signalled.ts'

const flags = {
  port: defaulted('<number>', '0', 'TCP port that clients connect to instead; 0 picks a free one'),
  host: defaulted('<address>', '127.0.0.1', 'address to listen on; by default only this machine'),
  'page-port': defaulted(
    '<number>',
    '0',
    "TCP port of the inspector's page, always on this machine only; 0 picks a free one",
  ),
  tls: on('clients connect with wss; a certificate for this machine is made on the spot'),
  cert: value('<file>', 'clients connect with wss: certificate chain in PEM'),
  key: value('<file>', 'its private key in PEM'),
  'rewrite-host': on("make Host that of the server (it is the client's: the proxy's address)"),
  'rewrite-origin': on('make Origin that of the server, where it is one of this machine'),
  json: on('print where to connect as one line of JSON'),
} as const

const details = `Bytes go through as they are, both ways, at the speed at which the other side takes them, and so
does the handshake. A server that asks for its own name needs --rewrite-host, one that lets in only
its own pages --rewrite-origin: pages of other machines stay what they are, for the server to judge.
The page shows every frame, and can send, delay, drop, go half open and close.

SIGINT or SIGTERM cuts off what is open and exits with 0.`

const manual: Manual = {
  name: 'inspect',
  summary: 'a proxy that shows every frame between any client and a server',
  usage: [['[options] <url of the server>']],
  options: [
    ['', flags],
    ['For the connection to the server:', tlsFlags],
  ],
  details,
  examples: [
    'tidewire inspect ws://127.0.0.1:3000',
    'tidewire inspect --port 9000 --rewrite-host --rewrite-origin wss://app.example/socket',
  ],
  exitCodes: '0 stopped by a signal, 1 could not start, 2 wrong usage',
}

export const inspectCommand: Command = documented(manual, async (args) => {
  const { target, options, json } = readOptions(args)
  const proxy = await start(target, options)
  const signalled = untilSignalled()
  process.stdout.write(json ? asJson(proxy) : asText(proxy))
  if (!isLoopback(options.hostname)) process.stderr.write(openHint)
  await signalled
  await proxy.close()
  return ExitCode.done
})

const openHint =
  'tidewire: other machines can connect through this proxy; without --host only this machine can\n'

function asText({ url, target, inspector }: RunningProxy): string {
  return `proxy     ${url} for ${target}\ninspector ${inspector.url}\n`
}

function asJson({ url, target, inspector }: RunningProxy): string {
  return `${JSON.stringify({ proxy: url, target, inspector: inspector.url })}\n`
}

interface Options {
  readonly target: string
  readonly options: ProxyOptions & { readonly hostname: string }
  readonly json: boolean
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseOptions('inspect', args, { ...flags, ...tlsFlags })
  const [target] = exactly('inspect', ['URL'], positionals)
  const certificate = readCertificate(values.cert, values.key)
  if (values.tls && certificate) throw new UsageError('--tls makes a certificate: not with --cert')
  return {
    target: withScheme(target),
    json: values.json,
    options: {
      port: portOf('--port', values.port),
      hostname: hostnameOf(values.host),
      pagePort: portOf('--page-port', values['page-port']),
      tls: values.tls ? 'self-signed' : certificate,
      ca: values.ca === undefined ? undefined : readIssuer(values.ca),
      insecure: values.insecure,
      rewriteHost: values['rewrite-host'],
      rewriteOrigin: values['rewrite-origin'],
    },
  }
}

async function start(target: string, options: ProxyOptions): Promise<RunningProxy> {
  try {
    return await startProxy(target, options)
  } catch (error) {
    if (!(error instanceof TidewireError)) throw error
    if (error.code === 'ERR_CONNECT_URL') throw new UsageError(error.message)
    throw new CommandError(error.message)
  }
}

import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { parseArgs } from 'node:util'
import { OptionError, TidewireError } from '../node/index.ts'
import { type Command, CommandError, ExitCode, UsageError } from './command.ts'
import { type ReadyServer, startReadyServer } from './ready-server.ts'

const help = `tidewire serve: a ready WebSocket server with topics, HTTP publishing and a live page

Usage: tidewire serve [options]

  --port <number>      TCP port; 0 picks a free one (8080)
  --host <address>     address to listen on (127.0.0.1: only this machine)
  --cert <file>        certificate chain in PEM, for https and wss
  --key <file>         its private key in PEM
  --origin <origin>    let pages of this origin in as well; may be repeated, * lets all in
                       (only pages of this server)

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

SIGINT or SIGTERM closes every connection with 1001 and exits with 0.
`

export const serveCommand: Command = {
  name: 'serve',
  summary: 'a ready server: topics, echo, HTTP publishing, a live page',
  help,
  async run(args) {
    const server = await start(readOptions(args))
    process.stdout.write(`listening on ${server.url.replace(/\/$/, '')}\n`)
    await untilSignalled()
    await server.close()
    return ExitCode.done
  },
}

function readOptions(args: readonly string[]): Parameters<typeof startReadyServer>[0] {
  const { port, host, cert, key, origin } = parse(args)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port ${port}: expected a number from 0 to 65535`)
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('--cert and --key go together: give both, or neither')
  }
  return {
    port: Number(port),
    hostname: host,
    ...(cert && key ? { tls: readCertificate(cert, key) } : {}),
    ...(origin ? { origins: origin.includes('*') ? '*' : origin } : {}),
  }
}

function parse(args: readonly string[]): {
  port: string
  host: string
  cert?: string
  key?: string
  origin?: string[]
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        cert: { type: 'string' },
        key: { type: 'string' },
        origin: { type: 'string', multiple: true },
      },
    }).values as ReturnType<typeof parse>
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; see tidewire serve --help`)
  }
}

function readCertificate(certFile: string, keyFile: string): { cert: Buffer; key: Buffer } {
  const tls = { cert: readPem('--cert', certFile), key: readPem('--key', keyFile) }
  try {
    createSecureContext(tls)
  } catch (error) {
    throw new CommandError(
      `${certFile} with ${keyFile} is no certificate: ${(error as Error).message}`,
    )
  }
  return tls
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CommandError(`${option}: cannot read ${file}: ${(error as Error).message}`)
  }
}

async function start(options: Parameters<typeof startReadyServer>[0]): Promise<ReadyServer> {
  try {
    return await startReadyServer(options)
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message)
    if (error instanceof TidewireError) throw new CommandError(error.message)
    throw error
  }
}

/** The first signal asks for an orderly end; a second one gets what it would have without us. */
function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

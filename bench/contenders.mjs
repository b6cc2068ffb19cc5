/** Who is measured: how each server is started, and what the generator has to be told of it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { compiled } from './compiler.mjs'
import { here } from './paths.mjs'

const node = (file) => [process.execPath, here(`servers/${file}.mjs`)]
const bun = here('../node_modules/bun/bin/bun.exe')
const deno = here('../node_modules/deno/deno')
const packageVersion = (name) => {
  return JSON.parse(readFileSync(here(`../node_modules/${name}/package.json`), 'utf8')).version
}
const installed = (name) => () => `${name} ${packageVersion(name)}, Node ${process.versions.node}`

/** Socket.IO has sessions and events of its own in the messages of WebSocket. */
const socketIo = '/socket.io/?EIO=4&transport=websocket'

/**
 * By the name in the figures. A `control` is not a WebSocket server: it shows what is left for one.
 * `missing` says why a contender cannot be started here.
 */
export const contenders = {
  tidewire: {
    title: 'Tidewire',
    command: node('tidewire'),
    version: () => `Node ${process.versions.node}`,
  },
  ws: { title: 'ws', command: node('ws'), version: installed('ws') },
  bun: {
    title: 'Bun',
    command: [bun, here('servers/bun.mjs')],
    version: () => `Bun ${packageVersion('bun')}`,
    missing: () => !runs(bun) && 'its binary is not there: npm test puts it in its place',
  },
  deno: {
    title: 'Deno',
    command: [deno, 'run', '--allow-net', here('servers/deno.mjs')],
    version: () => `Deno ${packageVersion('deno')}`,
    missing: () => !runs(deno) && 'its binary is not there: npm test puts it in its place',
  },
  faye: { title: 'faye-websocket', command: node('faye'), version: installed('faye-websocket') },
  websocket: { title: 'websocket', command: node('websocket'), version: installed('websocket') },
  'socket.io': {
    title: 'Socket.IO',
    note: 'events of its own protocol, 10 bytes longer and parsed as JSON',
    command: node('socket.io'),
    version: installed('socket.io'),
    generator: [
      ['--sio', '--path', socketIo],
      ['--sub', `${socketIo}&role=sub`, '--pub', `${socketIo}&role=pub`],
    ].flat(),
  },
  net: {
    title: 'bare net',
    control: true,
    command: node('net'),
    version: () => `Node ${process.versions.node}`,
  },
  c: {
    title: 'bare C',
    control: true,
    command: [compiled('echo')],
    version: () => 'cc -O2',
    missing: () => !compiled('echo') && 'there is no C compiler',
  },
}

function runs(program) {
  return spawnSync(program, ['--version']).status === 0
}

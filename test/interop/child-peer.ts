/** A peer in another process, spoken to with one JSON object a line: see `python/peer.py`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import {
  type Client,
  type ConnectOptions,
  Inbox,
  type Listener,
  type ListenOptions,
  Mailbox,
  type Message,
  Refusal,
  type Side,
} from './side.ts'

/** A message as it goes through JSON: line separators in a text would be taken for ends of lines. */
export interface Packed {
  readonly isText: boolean
  readonly base64: string
}

export function pack(message: Message): Packed {
  return { isText: typeof message === 'string', base64: Buffer.from(message).toString('base64') }
}

export function unpack({ isText, base64 }: Packed): Message {
  const bytes = Buffer.from(base64, 'base64')
  return isText ? bytes.toString() : new Uint8Array(bytes)
}

/** A call to the child; `side` is which of its connections is meant. */
export type Call = { readonly id: number; readonly side?: number } & (
  | { readonly call: 'connect'; readonly url: string; readonly options: ConnectOptions }
  | { readonly call: 'listen'; readonly options: ListenOptions }
  | { readonly call: 'send'; readonly message: Packed }
  | { readonly call: 'fragments'; readonly messages: readonly Packed[] }
  | { readonly call: 'ping'; readonly message: Packed }
  | { readonly call: 'close'; readonly code?: number; readonly reason?: string }
  | { readonly call: 'vanish' | 'pause' | 'resume' }
)

/** Answers have the id of their call. */
export type Told =
  | { readonly told: 'done'; readonly id: number; readonly port?: number }
  | { readonly told: 'failed'; readonly id: number; readonly why: string; readonly status?: number }
  | {
      readonly told: 'open'
      readonly id?: number
      readonly side: number
      readonly protocol: string
    }
  | { readonly told: 'message'; readonly side: number; readonly message: Packed }
  | {
      readonly told: 'closed'
      readonly side: number
      readonly code: number
      readonly reason: string
    }

type WithoutId<Kind> = Kind extends unknown ? Omit<Kind, 'id'> : never

/** Which optional calls the child knows. */
export type Ability = 'fragments' | 'ping' | 'pause' | 'vanish'

interface Pending {
  readonly done: (told: Told) => void
  readonly failed: (error: Error) => void
}

class Child {
  readonly #process: ChildProcess
  readonly #abilities: readonly Ability[]
  readonly #calls = new Map<number, Pending>()
  readonly #inboxes = new Map<number, Inbox>()
  readonly accepted = new Mailbox<Side>()
  readonly #gone: Promise<void>
  #lastId = 0

  constructor([command, ...args]: readonly [string, ...string[]], abilities: readonly Ability[]) {
    this.#abilities = abilities
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#process.stdin!.on('error', () => {})
    const lines = createInterface({ input: this.#process.stdout! })
    lines.on('line', (line) => this.#hear(JSON.parse(line) as Told))
    this.#gone = new Promise((resolve) => {
      this.#process.on('exit', () => resolve())
      this.#process.on('error', () => resolve())
    })
    void this.#gone.then(() => {
      const error = new Error(`${command} has ended`)
      for (const { failed } of this.#calls.values()) failed(error)
    })
  }

  call(call: WithoutId<Call>): Promise<Told> {
    const id = ++this.#lastId
    this.#process.stdin!.write(`${JSON.stringify({ ...call, id })}\n`)
    return new Promise((done, failed) => this.#calls.set(id, { done, failed }))
  }

  #hear(told: Told): void {
    if (told.told === 'message') return this.#inboxes.get(told.side)!.put(unpack(told.message))
    if (told.told === 'closed') {
      return this.#inboxes.get(told.side)!.end(told.code, told.reason)
    }
    if (told.told === 'open') {
      this.#inboxes.set(told.side, new Inbox())
      if (told.id === undefined) return this.accepted.put(this.side(told))
    }
    const { done, failed } = this.#calls.get(told.id!)!
    this.#calls.delete(told.id!)
    if (told.told === 'failed') failed(new Refusal(told.why, told.status))
    else done(told)
  }

  side({ side, protocol }: { side: number; protocol: string }): Side {
    const { closed, receive } = this.#inboxes.get(side)!
    const tell = async (call: WithoutId<Call>): Promise<void> => void (await this.call(call))
    // What is called without waiting fails when the child has gone, which is then what was wanted.
    const order = (call: WithoutId<Call>): void => void tell(call).catch(() => {})
    const can = (ability: Ability, methods: Partial<Side>): Partial<Side> =>
      this.#abilities.includes(ability) ? methods : {}
    return {
      protocol,
      closed,
      receive,
      send: (message) => tell({ call: 'send', side, message: pack(message) }),
      close: (code, reason) => {
        order({ call: 'close', side, ...(code && { code }), ...(reason && { reason }) })
      },
      ...can('vanish', { vanish: () => order({ call: 'vanish', side }) }),
      ...can('fragments', {
        sendFragments: (parts) => tell({ call: 'fragments', side, messages: parts.map(pack) }),
      }),
      ...can('ping', { ping: (payload) => tell({ call: 'ping', side, message: pack(payload) }) }),
      ...can('pause', {
        pause: () => order({ call: 'pause', side }),
        resume: () => order({ call: 'resume', side }),
      }),
    }
  }

  kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    return this.#gone
  }
}

type Command = readonly [string, ...string[]]

/** A client whose every connection has a process of its own; it vanishes when that is killed. */
export function connectIn(command: Command, abilities: readonly Ability[]): Client['connect'] {
  return async (url, options) => {
    const child = new Child(command, abilities)
    try {
      const told = await child.call({ call: 'connect', url, options })
      if (told.told !== 'open') throw new Error(`the child says ${told.told}`)
      return { ...child.side(told), vanish: () => void child.kill() }
    } catch (error) {
      await child.kill()
      throw error
    }
  }
}

/** A server in a process of its own. */
export async function listenIn(
  command: Command,
  abilities: readonly Ability[],
  options: ListenOptions,
): Promise<Listener> {
  const child = new Child(command, abilities)
  const told = await child.call({ call: 'listen', options })
  if (told.told !== 'done') throw new Error(`the child says ${told.told}`)
  return {
    url: `${options.tls ? 'wss' : 'ws'}://localhost:${told.port}/`,
    accept: () => child.accepted.take(),
    close: () => child.kill(),
  }
}

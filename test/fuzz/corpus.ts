import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding } from './engine.ts'

/** The kept inputs, one folder for each target. This file runs from build/fuzz/. */
const root = fileURLToPath(new URL('../../test/fuzz/corpus/', import.meta.url))

/** Inputs kept for the code they reach are called so, those that found something by what it was. */
const reaching = /^reaches-[0-9a-f]{8}$/

export interface KeptInput {
  readonly name: string
  readonly input: Uint8Array
}

export function readCorpus(target: string): KeptInput[] {
  const folder = join(root, target)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, input: Uint8Array.from(readFileSync(join(folder, name))) }))
}

/** Puts `inputs` in the place of those that were kept for the code they reach. */
export function writeReaching(target: string, inputs: readonly Uint8Array[]): void {
  const folder = join(root, target)
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (reaching.test(name)) rmSync(join(folder, name))
  for (const input of inputs) writeFileSync(join(folder, `reaches-${digest(input)}`), input)
}

/** Keeps what found something; gives the file. */
export function writeFinding(target: string, { fault, input }: Omit<Finding, 'error'>): string {
  const folder = join(root, target)
  mkdirSync(folder, { recursive: true })
  const words = fault.toLowerCase().replace(/[^a-z]+/g, '-')
  const name = `${words.replace(/^-|-$/g, '').slice(0, 60)}-${digest(input)}`
  writeFileSync(join(folder, name), input)
  return join(folder, name)
}

function digest(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex').slice(0, 8)
}

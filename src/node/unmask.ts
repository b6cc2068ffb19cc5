import { applyMask } from '../core/index.ts'
import { isOn } from './fast-paths.ts'
import { unmaskWasm } from './unmask-wasm.ts'

/** What of WebAssembly is used here; it comes with no types for Node. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { readonly exports: unknown }
}

interface Unmask {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly mask: (at: number, length: number, key: number, phase: number) => void
}

/** As much as libuv reads at once. */
const readSize = 65_536

/** Below this a call costs more than it saves: 16 bytes take 33 ns here and 79 there, 64 take 105 and 51. */
const wasmFrom = 48

const wasm = load()

/** What all sockets of this thread are read into. With WebAssembly it lies in its memory. */
export const readBuffer: Uint8Array = wasm
  ? new Uint8Array(wasm.memory.buffer, 0, readSize)
  : new Uint8Array(readSize)

/** Masks as `applyMask` does. What lies in the read buffer, 16 bytes at a time: 64 KiB in 1.8 µs, not 18. */
export function unmask(bytes: Uint8Array, key: number, phase: number): void {
  if (wasm && bytes.length >= wasmFrom && bytes.buffer === readBuffer.buffer) {
    wasm.mask(bytes.byteOffset, bytes.length, key, phase & 3)
  } else {
    applyMask(bytes, key, phase)
  }
}

/** `undefined` where there is no WebAssembly, none with SIMD, or no address space for its memory. */
function load(): Unmask | undefined {
  if (!isOn('wasm-unmask')) return undefined
  try {
    const module = new WebAssembly.Module(Buffer.from(unmaskWasm, 'base64'))
    return new WebAssembly.Instance(module).exports as Unmask
  } catch {
    return undefined
  }
}

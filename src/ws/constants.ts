export const emptyBuffer: Buffer = Buffer.alloc(0)

export const binaryTypes = ['nodebuffer', 'arraybuffer', 'fragments', 'blob'] as const
/** What binary messages come as. */
export type BinaryType = (typeof binaryTypes)[number]

/** What a client and a server of ws have as defaults. */
export const connectionDefaults = {
  allowSynchronousEvents: true,
  autoPong: true,
  closeTimeout: 30_000,
  maxBufferedChunks: 262_144,
  maxFragments: 16_384,
  maxPayload: 104_857_600,
  maxPendingAutoPongs: 60,
  skipUTF8Validation: false,
}

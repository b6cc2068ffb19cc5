/**
 * What moves bytes, for the layers of this repository that bring a face of their own to it. Not an entry
 * point of the package.
 */
export { claimSocket } from './claim-socket.ts'
export { deadlinesFor, slab } from './connection-options.ts'
export { Counters } from './counters.ts'
export { atWork, compression } from './message-extensions.ts'
export { ports } from './ports.ts'
export type { PumpEvents, PumpSettings } from './pump-settings.ts'
export { Pump } from './pump.ts'
export { isRecording, noteHandshake } from './recorders.ts'
export { requestHead } from './http-request.ts'
export type { Written } from './write-chunks.ts'

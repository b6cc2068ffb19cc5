export { serve } from './bun-serve.ts'
export type { CloseDetails, ServerSocket } from './server-socket.ts'
export type { RuntimeLimits, ServeOptions } from './serve-options.ts'
export type { CloseOptions, Server } from './server.ts'

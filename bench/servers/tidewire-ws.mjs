// The same program as for ws, with Tidewire in the place of ws.
process.env.WS_PACKAGE = 'tidewire/ws'
await import('./ws.mjs')

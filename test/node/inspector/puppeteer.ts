import type { ConnectionTransport } from 'puppeteer-core'

// Puppeteer's own, which has no types outside of it.
const { NodeWebSocketTransport: Transport } = (await import(
  new URL(
    '../../../node_modules/puppeteer-core/lib/esm/puppeteer/node/NodeWebSocketTransport.js',
    import.meta.url,
  ).href
)) as {
  NodeWebSocketTransport: { create(url: string): Promise<ConnectionTransport> }
}

export const NodeWebSocketTransport: typeof Transport = Transport

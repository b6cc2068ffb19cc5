export * from 'tidewire/ws'
export { WebSocket as default, WebSocket as 'module.exports' } from 'tidewire/ws'

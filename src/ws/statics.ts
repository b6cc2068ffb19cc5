import { createWebSocketStream } from './create-websocket-stream.ts'
import { extension } from './extension.ts'
import { PerMessageDeflate } from './permessage-deflate.ts'
import { Receiver } from './receiver.ts'
import { Sender } from './sender.ts'
import { subprotocol } from './subprotocol.ts'
import { WebSocketServer } from './websocket-server.ts'
import { WebSocket } from './websocket.ts'

// With CommonJS the class is the module, and all else hangs on it.
Object.assign(WebSocket, {
  createWebSocketStream,
  extension,
  PerMessageDeflate,
  Receiver,
  Sender,
  Server: WebSocketServer,
  subprotocol,
  WebSocket,
  WebSocketServer,
})

export { WebSocket }

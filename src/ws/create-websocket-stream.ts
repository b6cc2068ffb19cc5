import { Duplex, type DuplexOptions } from 'node:stream'
import type { WebSocket } from './websocket.ts'

/**
 * A stream over a WebSocket: each write is a message, what comes is read. Ending it closes the WebSocket,
 * destroying it terminates it.
 */
export function createWebSocketStream(websocket: WebSocket, options?: DuplexOptions): Duplex {
  // After an error of the WebSocket its close frame is still to go out.
  let terminates = true

  const duplex: Duplex = new Duplex({
    ...options,
    autoDestroy: false,
    emitClose: false,
    objectMode: false,
    writableObjectMode: false,

    read() {
      if (websocket.isPaused) websocket.resume()
    },

    write(chunk: Buffer, _encoding, callback) {
      whenOpen(websocket, () => websocket.send(chunk, callback))
    },

    final(callback) {
      whenOpen(websocket, () => end(websocket, duplex, callback))
    },

    destroy(error, callback) {
      if (websocket.readyState === websocket.CLOSED) {
        callback(error)
        process.nextTick(() => duplex.emit('close'))
        return
      }
      let told = false
      websocket.once('error', (fault: Error) => {
        told = true
        callback(fault)
      })
      websocket.once('close', () => {
        if (!told) callback(error)
        process.nextTick(() => duplex.emit('close'))
      })
      if (terminates) websocket.terminate()
    },
  })

  websocket.on('message', (message: unknown, isBinary: boolean) => {
    const text = !isBinary && duplex.readableObjectMode
    if (!duplex.push(text ? String(message) : message)) websocket.pause()
  })
  websocket.once('error', (error: Error) => {
    if (duplex.destroyed) return
    terminates = false
    duplex.destroy(error)
  })
  websocket.once('close', () => {
    if (!duplex.destroyed) duplex.push(null)
  })
  duplex.on('end', () => {
    if (!duplex.destroyed && duplex.writableFinished) duplex.destroy()
  })
  const onError = (error: Error): void => {
    duplex.removeListener('error', onError)
    duplex.destroy()
    // An error that nobody else listens for ends the process, as with any emitter.
    if (duplex.listenerCount('error') === 0) duplex.emit('error', error)
  }
  duplex.on('error', onError)
  return duplex
}

function whenOpen(websocket: WebSocket, act: () => void): void {
  if (websocket.readyState === websocket.CONNECTING) websocket.once('open', act)
  else act()
}

/** Closes, and is done when the last byte is out. */
function end(websocket: WebSocket, duplex: Duplex, callback: () => void): void {
  const { _socket: socket } = websocket
  // Opening has failed: its error ends the stream.
  if (!socket) return
  if (socket.writableFinished) {
    callback()
    if (duplex.readableEnded) duplex.destroy()
  } else {
    socket.once('finish', callback)
    websocket.close()
  }
}

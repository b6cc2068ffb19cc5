import type { Target } from '../target.ts'
import { clientHandshake } from './client-handshake.ts'
import { closeFrame } from './close-frame.ts'
import { connection, connectionDeflate } from './connection.ts'
import { extensions } from './extensions.ts'
import { frameParser } from './frame-parser.ts'
import { inflater } from './inflater.ts'
import { negotiation } from './negotiation.ts'
import { origin } from './origin.ts'
import { reference } from './reference.ts'
import { serverHandshake } from './server-handshake.ts'
import { wsDeflate } from './ws-deflate.ts'
import { wsDifference } from './ws.ts'

export const targets: readonly Target[] = [
  frameParser,
  connection,
  connectionDeflate,
  reference,
  wsDifference,
  serverHandshake,
  clientHandshake,
  inflater,
  wsDeflate,
  extensions,
  negotiation,
  origin,
  closeFrame,
]

// Takes the feed of an inspector as a page does, in a process of its own.
import { feedProtocol } from '../../dist/inspect/index.js'
import { connect } from '../../dist/node/index.js'

const url = process.argv[2].replace('http', 'ws').replace('#', 'feed?')
const socket = await connect(url, { protocols: [feedProtocol], limits: { message: 1 << 26 } })
process.send('looking')
process.on('disconnect', () => process.exit())
let rows = 0
for await (const message of socket) if (typeof message !== 'string') rows += message.length

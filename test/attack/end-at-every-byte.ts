/** Connections that are ended without a close frame, at every byte of a frame. */
import { attack } from './harness/attack.ts'
import { cutAtEveryByte, cutGates } from './harness/cut.ts'

await attack({
  gates: cutGates,
  run: (scene) => cutAtEveryByte(scene, ({ socket }) => void socket.end()),
})

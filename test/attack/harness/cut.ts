import { frame, opcodes, type RawClient } from '../../node/raw-client.ts'
import type { Figures } from './attack.ts'
import { type Gate, is } from './gate.ts'
import type { Scene } from './scene.ts'

/** One with two bytes of extended length. */
const whole = frame(opcodes.binary, Buffer.alloc(130))

export const cutGates: Readonly<Record<string, Gate>> = {
  codes: is(`1006 x ${whole.length + 1}`),
  'handles left': is(0),
}

/** For every number of bytes a connection that ends behind as many bytes of a frame. */
export async function cutAtEveryByte(
  scene: Scene,
  end: (client: RawClient) => void,
): Promise<Figures> {
  for (let length = 0; length <= whole.length; length++) {
    const client = await scene.open('/sink')
    await new Promise((resolve) => client.socket.write(whole.subarray(0, length), resolve))
    end(client)
    await client.gone()
  }
  await scene.alone()
  return { codes: await scene.closeCodes() }
}

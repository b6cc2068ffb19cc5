import { contenders } from '../../bench/contenders.mjs'
import { load } from '../../bench/generator.mjs'
import { startServer } from '../../bench/server-process.mjs'

/** On any core and with no more priority than other tests have. */
export const calmly = { core: 'all', urgency: 'none' } as const

/** One run of a generator against a fresh server; rejects when an answer was wrong. */
export async function loaded(
  name: string,
  args: readonly (string | number)[],
  { settings = {}, generator = 'js' }: { settings?: object; generator?: 'c' | 'js' } = {},
): Promise<Summary> {
  const server = await startServer(name, settings, calmly)
  try {
    const own = contenders[name]?.generator ?? []
    return await load(server, [...args, ...own], { generator, ...calmly })
  } finally {
    await server.stop()
  }
}

import { contenders as all } from '../contenders.mjs'

/** Those that compress in ways that can be set alike. */
export const contenders = ['tidewire', 'ws', 'bun'].filter((name) => !all[name].missing?.())

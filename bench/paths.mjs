/** Where things are, seen from bench/. */
import { fileURLToPath } from 'node:url'

export const here = (path) => fileURLToPath(new URL(path, import.meta.url))
export const cache = here('../.cache')

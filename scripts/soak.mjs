/** `npm run soak -- --minutes N`: builds what the soak needs and runs it; see docs/soak.md. */
import { at, build, install } from './setup.mjs'

await install()
await build('test/soak')
await import(at('build/soak/main.js'))

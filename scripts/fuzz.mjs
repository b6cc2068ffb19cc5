/** `npm run fuzz -- --minutes N`: builds what the fuzzer needs and runs it; see docs/fuzzing.md. */
import { at, build, install } from './setup.mjs'

await install()
await build('test/fuzz')
await import(at('build/fuzz/main.js'))

/** The arguments of wsload, as far as the benchmarks use them. */
const numbers = { port: 9001, conns: 64, size: 64, depth: 1, window: 1, src: 1 }
const seconds = { dur: 5, warm: 1, hold: 3, rate: 0 }
const words = {
  mode: 'echo',
  pid: '',
  path: '/',
  sub: '/sub',
  pub: '/pub',
  label: '',
  compressed: '',
  dparams: 'permessage-deflate; client_max_window_bits',
}
const flags = { text: false, json: false, deflate: false, touch: false, sio: false }

/** @throws Error that names what is wrong. */
export function parseArguments(args) {
  const options = { ...numbers, ...seconds, ...words, ...flags }
  for (let i = 0; i < args.length; i++) {
    const name = args[i].replace(/^--/, '')
    if (!Object.hasOwn(options, name)) throw new Error(`unknown option ${args[i]}`)
    if (name in flags) {
      options[name] = true
      continue
    }
    const value = args[++i]
    if (value === undefined) throw new Error(`--${name} needs a value`)
    options[name] = name in words ? value : Number(value)
    if (Number.isNaN(options[name])) throw new Error(`--${name} needs a number, not ${value}`)
  }
  options.pids = options.pid.split(',').filter(Boolean).map(Number)
  return options
}

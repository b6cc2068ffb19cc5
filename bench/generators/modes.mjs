/** What each mode does with its connections; `--mode` has their names. */
import { Connection } from './connection.mjs'
import { maskedFrame } from './frames.mjs'
import { sleep } from './load.mjs'
import { residentKibibytes } from './process-figures.mjs'

export const modes = { echo, bcast: fanOut, storm, idle }

/** Each connection keeps `--depth` messages in flight; with `--rate` all of them send so many a second. */
async function echo(load) {
  const { conns, path, depth, rate } = load.options
  await load.open(Array.from({ length: conns }, () => path))
  load.messages = (connection, count, now) => {
    for (let i = 0; i < count; i++) load.count(now - connection.times.shift())
    if (rate > 0) return
    for (let i = 0; i < count; i++) connection.times.push(now)
    load.send(connection, count)
  }
  const now = performance.now()
  if (rate > 0) sendWhenDue(load, now)
  else {
    for (const connection of load.connections) {
      for (let i = 0; i < depth; i++) connection.times.push(now)
      load.send(connection, depth)
    }
  }
  return load.measure()
}

const mostUnanswered = 8192
/** Milliseconds: what is due within it is sent together, so that waking up is not what is measured. */
const tick = 0.1

/**
 * Message `k` is due at `k / rate`, on the next connection in turn, answered or not, and its latency counts
 * from then: a server that stalls is charged for what it delayed. Timers are too coarse: this waits actively.
 */
function sendWhenDue(load, began) {
  const { connections, options } = load
  let sent = 0
  const turn = () => {
    const now = performance.now()
    for (;;) {
      const due = began + Math.floor((sent * 1000) / options.rate / tick) * tick
      if (due > now) break
      const connection = connections[sent++ % connections.length]
      connection.times.push(due)
      if (connection.times.length > mostUnanswered) load.overrun = true
      else load.send(connection, 1)
    }
    if (!load.overrun && !connections[0].socket.destroyed) setImmediate(turn)
  }
  turn()
}

/** A publisher keeps up to `--window` messages under way to all subscribers. */
async function fanOut(load) {
  const { conns, sub, pub, window } = load.options
  await load.open([...Array.from({ length: conns }, () => sub), pub])
  const publisher = load.connections.at(-1)
  // Those that have the message at that place, from the first that is not with all of them.
  const [published, reached] = [[], []]
  let first = 0
  const publish = (count) => {
    const now = performance.now()
    for (let i = 0; i < count; i++) {
      published.push(now)
      reached.push(0)
    }
    load.send(publisher, count)
  }
  load.messages = (connection, count, now) => {
    for (let i = count; i > 0; i--) {
      const at = connection.received - i - first
      if (!(at < published.length)) return void connection.wrong++
      load.count(now - published[at])
      reached[at]++
    }
    while (reached[0] === conns) {
      published.shift()
      reached.shift()
      first++
    }
    if (published.length <= window / 2) publish(window - published.length)
  }
  // A server may answer the upgrade before it counts the connection among the subscribers.
  await sleep(200)
  publish(window)
  return load.measure()
}

/** Connects, is upgraded, closes, and begins again. */
async function storm(load) {
  const { conns, path, src } = load.options
  const closing = maskedFrame(8, Buffer.of(0x03, 0xe8))
  let [next, ended] = [0, false]
  const began = new Map()
  load.opened = (connection) => {
    load.count(performance.now() - began.get(connection))
    connection.socket.write(closing)
  }
  load.lost = (connection, wasOpen) => {
    began.delete(connection)
    if (!wasOpen && !ended) load.failed++
    if (!ended) dial()
  }
  const dial = () => {
    const connection = new Connection(load, path, `127.0.0.${2 + (next++ % src)}`)
    began.set(connection, performance.now())
  }
  for (let i = 0; i < conns; i++) dial()
  const summary = await load.measure()
  ended = true
  for (const { socket } of began.keys()) socket.destroy()
  return summary
}

/** Opens connections and does nothing, or with `--touch` has `--depth` messages answered on each. */
async function idle(load) {
  const { conns, path, depth, touch, hold, pids, label } = load.options
  const before = residentKibibytes(pids)
  await load.open(Array.from({ length: conns }, () => path))
  let answered = 0
  if (touch) {
    await new Promise((resolve) => {
      load.messages = (_, count) => (answered += count) >= conns * depth && resolve()
      for (const connection of load.connections) load.send(connection, depth)
    })
  }
  await sleep(hold * 1000)
  const after = residentKibibytes(pids)
  return {
    label,
    mode: 'idle',
    conns,
    touched: answered,
    ext: load.compressing,
    rss0_kb: before,
    rss1_kb: after,
    bytes_per_conn: ((after - before) * 1024) / conns,
    bad: load.wrong,
  }
}

/**
 * A chat with rooms and names, in the browser and in the terminal:
 *
 *     node build/examples/chat.js 8080
 *     open http://127.0.0.1:8080/ in two windows
 *     npx tidewire connect 'ws://127.0.0.1:8080/rooms/lobby?name=ada'
 *
 * A room is a topic, and who is in it is known from the connections. Ctrl-C ends it.
 */
import { serve } from 'tidewire'

/** What `upgrade` finds out about a connection; it is `socket.data` from then on. */
interface Member {
  readonly room: string
  readonly name: string
}

/** What the server tells the members of a room, as JSON. */
type Event =
  | { readonly kind: 'welcome'; readonly room: string; readonly members: readonly string[] }
  | { readonly kind: 'joined' | 'left'; readonly name: string }
  | { readonly kind: 'said'; readonly name: string; readonly text: string }

const encode = (event: Event): string => JSON.stringify(event)

const server = await serve<Member>({
  port: Number(process.argv[2] ?? 8080),
  limits: { message: 4096 },

  request(request) {
    if (request.path !== '/') return new Response('not here\n', { status: 404 })
    return new Response(page, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  },

  // Whoever has no name does not get in: the refusal is an ordinary HTTP answer.
  upgrade(request) {
    const room = /^\/rooms\/([\w-]{1,40})$/.exec(request.path)?.[1]
    const name = request.searchParams.get('name')?.trim() ?? ''
    if (room === undefined) return new Response('rooms are at /rooms/:room\n', { status: 404 })
    if (!/^.{1,40}$/u.test(name)) return new Response('who are you? ?name=\n', { status: 400 })
    return { room, name }
  },

  open(socket) {
    const { room, name } = socket.data
    const members = [...server.sockets].filter(({ data }) => data.room === room)
    socket.send(encode({ kind: 'welcome', room, members: members.map(({ data }) => data.name) }))
    socket.subscribe(room)
    socket.publish(room, encode({ kind: 'joined', name })) // to all but this one
  },

  message(socket, message) {
    if (typeof message !== 'string') return void socket.close(1003, 'this chat takes text')
    const { room, name } = socket.data
    server.publish(room, encode({ kind: 'said', name, text: message })) // to all
  },

  close(socket) {
    const { room, name } = socket.data
    server.publish(room, encode({ kind: 'left', name }))
  },
})

console.log(`listening on ${server.url}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close())
}

const page = `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>Chat</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui }
  body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
  #log { min-height: 12rem; padding: 0; list-style: none }
  input { font: inherit; padding: .3rem .5rem; width: 100%; box-sizing: border-box }
</style>
<h1>Chat</h1>
<ul id="log" aria-live="polite"></ul>
<form><input name="text" aria-label="Message" autocomplete="off" autofocus disabled></form>
<script type="module">
  const name = prompt('Your name?') || 'guest'
  const room = location.hash.slice(1) || 'lobby'
  const socket = new WebSocket('/rooms/' + room + '?name=' + encodeURIComponent(name))
  const input = document.querySelector('input')
  const show = (text) => {
    const line = document.createElement('li')
    line.textContent = text
    document.querySelector('#log').append(line)
  }
  socket.onopen = () => { input.disabled = false }
  socket.onclose = (event) => { input.disabled = true; show('closed with ' + event.code) }
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    if (event.kind === 'welcome') show(event.room + ': ' + event.members.join(', '))
    else if (event.kind === 'said') show(event.name + ': ' + event.text)
    else show(event.name + ' ' + event.kind)
  }
  document.querySelector('form').onsubmit = (event) => {
    event.preventDefault()
    if (input.value) socket.send(input.value)
    input.value = ''
  }
</script>
`

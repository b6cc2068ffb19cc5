import assert from 'node:assert/strict'
import { test } from 'node:test'
import { close, ping, pong, roles, Solo, text, type Role } from './solo.ts'

/** As many frames are read before the handler is asked. */
const stretch = 16

/** A peer whose handler is tired whenever it is asked. */
function tired(role: Role): Solo {
  const peer = new Solo(role)
  peer.react.isTired = () => true
  return peer
}

const words = Array.from({ length: 40 }, (_, i) => String(i))
const frames = words.map((word) => text(word))

for (const role of roles) {
  test(`a ${role} whose handler is tired reads on when it is told to, and loses nothing`, () => {
    const peer = tired(role)
    peer.receive(...frames)
    assert.deepEqual(peer.messages, words.slice(0, stretch))
    assert.equal(peer.connection.resting, true)
    peer.receive(text('later'))
    assert.equal(peer.messages.length, stretch)
    peer.connection.proceed()
    assert.deepEqual(peer.messages, words.slice(0, 2 * stretch))
    peer.connection.proceed()
    assert.deepEqual(peer.messages, [...words, 'later'])
    assert.equal(peer.connection.resting, false)
    peer.connection.proceed()
    assert.equal(peer.messages.length, words.length + 1)
  })

  test(`a ${role} asks its handler whatever the frames are`, () => {
    const peer = tired(role)
    const fragments = words.map((word, i) => ({ opcode: i ? 0 : 1, payload: word, fin: false }))
    peer.receive(...fragments)
    assert.equal(peer.connection.resting, true)
    peer.connection.proceed()
    peer.connection.proceed()
    peer.receive(...words.map(ping))
    assert.equal(peer.pings.length, stretch)
  })

  test(`a ${role} is not asked about few frames at a time`, () => {
    const peer = tired(role)
    for (const frame of frames) peer.receive(frame)
    assert.deepEqual(peer.messages, words)
  })

  test(`a pause of a resting ${role} outlasts the rest, and the other way round`, () => {
    const peer = tired(role)
    peer.receive(...frames)
    peer.connection.pause()
    peer.connection.proceed()
    assert.equal(peer.messages.length, stretch)
    peer.connection.resume()
    assert.equal(peer.messages.length, 2 * stretch)
    peer.connection.pause()
    peer.connection.resume()
    assert.equal(peer.messages.length, 2 * stretch)
    peer.connection.proceed()
    assert.deepEqual(peer.messages, words)
  })

  test(`the silence of its peer counts for a ${role} when it has rested`, () => {
    const peer = tired(role)
    peer.receive(...frames)
    assert.equal(peer.connection.due(), Infinity)
    peer.clock.advance(100_000)
    peer.react.isTired = () => false
    peer.connection.proceed()
    assert.equal(peer.connection.due(), peer.clock.now() + 20_000)
    assert.deepEqual(peer.messages, words)
  })

  test(`a resting ${role} that closes still reads what came before`, () => {
    const peer = tired(role)
    peer.receive(...frames, close(1000))
    peer.connection.close(1000)
    peer.connection.proceed()
    peer.connection.proceed()
    assert.deepEqual(peer.messages, words)
    peer.connection.lose()
    assert.equal(peer.outcome!.wasClean, true)
  })

  test(`a resting ${role} finds the end of the transport behind what is unread`, () => {
    const peer = tired(role)
    peer.receive(...frames)
    peer.connection.end()
    assert.equal(peer.connection.state, 'open')
    peer.connection.proceed()
    peer.connection.proceed()
    assert.deepEqual([peer.messages, peer.connection.state], [words, 'ending'])
  })

  test(`a resting ${role} delivers what had arrived before the transport was lost`, () => {
    const peer = tired(role)
    peer.receive(...frames)
    const error = new Error('reset')
    peer.connection.lose(error)
    peer.connection.lose()
    assert.deepEqual([peer.messages.length, peer.outcome], [stretch, undefined])
    assert.equal(peer.connection.due(), Infinity)
    peer.connection.proceed()
    assert.equal(peer.outcome, undefined)
    peer.connection.proceed()
    assert.deepEqual(peer.messages, words)
    assert.equal(peer.outcome!.cause.error, error)
    assert.equal(peer.outcomes.length, 1)
  })

  test(`a resting ${role} that is terminated reads nothing more`, () => {
    const peer = tired(role)
    peer.receive(...frames)
    peer.connection.lose()
    peer.connection.terminate()
    peer.connection.proceed()
    assert.equal(peer.messages.length, stretch)
    assert.equal(peer.outcomes.length, 1)
  })

  test(`a ${role} fails at a fault behind its rest`, () => {
    const peer = tired(role)
    peer.receive(...frames, pong('x'.repeat(126)))
    assert.equal(peer.connection.state, 'open')
    peer.connection.proceed()
    peer.connection.proceed()
    assert.equal(peer.error()?.closeCode, 1002)
  })
}

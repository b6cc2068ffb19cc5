import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetPath, topicNameError } from '../../inspector-ui/src/pure/target.ts'

for (const name of ['lobby', 'a/b c?d#e', 'Ünïcödé 🌊', '__proto__', '...', 'x'.repeat(256)]) {
  test(`the topic ${name.slice(0, 20)} has a path that gives it back`, () => {
    assert.equal(topicNameError(name), undefined)
    const url = new URL(targetPath({ kind: 'topic', name }, 'id'), 'http://localhost')
    assert.equal(decodeURIComponent(url.pathname), `/topics/${name}`)
    assert.equal(url.searchParams.get('peer'), 'id')
  })
}

for (const name of ['', '.', '..', 'a\nb', 'a\u0000', 'a\u007f', '\ud800', 'x'.repeat(257)]) {
  test(`${JSON.stringify(name).slice(0, 20)} cannot be a topic`, () => {
    assert.match(topicNameError(name) ?? '', /\.$/)
  })
}

test('echo has a path of its own', () => {
  assert.equal(targetPath({ kind: 'echo' }, 'id'), '/echo?peer=id')
})

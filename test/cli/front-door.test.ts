import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { frontDoor } from '../../dist/cli/front-door.js'

const inspector = { url: 'http://127.0.0.1:9229/#token=secret' }

suite('the link to the live page with its inspector', () => {
  for (const [hostname, url, link] of [
    ['127.0.0.1', 'http://127.0.0.1:8080/', 'http://127.0.0.1:8080/#inspector=9229.secret'],
    ['::1', 'https://[::1]:8080/', 'https://[::1]:8080/#inspector=9229.secret'],
    ['localhost', 'http://localhost:8080/', 'http://localhost:8080/#inspector=9229.secret'],
    ['0.0.0.0', 'https://0.0.0.0:8080/', 'https://127.0.0.1:8080/#inspector=9229.secret'],
    ['::', 'http://[::]:8080/', 'http://[::1]:8080/#inspector=9229.secret'],
  ] as const) {
    test(`is by loopback for a server on ${hostname}`, () => {
      assert.equal(frontDoor({ hostname, url, inspector }), link)
    })
  }

  test('is that of the inspector where loopback does not lead to the page', () => {
    for (const hostname of ['192.0.2.1', 'app.example']) {
      const url = `http://${hostname}:8080/`
      assert.equal(frontDoor({ hostname, url, inspector }), inspector.url)
    }
  })

  test('is none where nothing is inspected', () => {
    const url = 'http://127.0.0.1:8080/'
    assert.equal(frontDoor({ hostname: '127.0.0.1', url, inspector: undefined }), undefined)
  })
})

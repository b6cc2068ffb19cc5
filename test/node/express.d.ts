/** As much of Express as the tests use: it brings no types of its own. */
declare module 'express' {
  import type { RequestListener } from 'node:http'

  interface Answer {
    send(text: string): void
  }
  interface App extends RequestListener {
    get(path: string, handler: (request: unknown, response: Answer) => void): void
  }
  export default function express(): App
}

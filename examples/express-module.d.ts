// What express.ts uses of Express. A project of your own has @types/express instead.
declare module 'express' {
  import type { IncomingMessage, RequestListener } from 'node:http'

  interface Request extends IncomingMessage {
    readonly body: unknown
    readonly params: Readonly<Record<string, string>>
  }
  interface Response {
    status(code: number): Response
    json(value: unknown): Response
    send(text: string): Response
  }
  type Handler = (request: Request, response: Response) => void
  interface Express extends RequestListener {
    use(middleware: RequestListener): Express
    get(path: string, handler: Handler): Express
    post(path: string, middleware: RequestListener, handler: Handler): Express
  }

  const express: {
    (): Express
    json(): RequestListener
    text(): RequestListener
  }
  export default express
}

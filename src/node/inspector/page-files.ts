import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TidewireError } from '../../errors/index.ts'
import type { HttpRequest } from '../http-request.ts'
import { onlyGet, refusal } from './refusals.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Nothing but what this server serves runs in the page, and no other page may frame it. */
const policy =
  "default-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

interface File {
  readonly body: Buffer
  readonly type: string
  /** Its name has a hash of its content in it. */
  readonly hashed: boolean
}

/**
 * The built files of the page, which is that of the inspector and of `tidewire serve`. They are all read at
 * the start, so that no path of a request is ever a path of the disk.
 */
export class PageFiles {
  readonly #files: ReadonlyMap<string, File>

  private constructor(folder: string) {
    this.#files = new Map(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => {
          const path = `${parentPath}/${name}`
          const url = path.slice(folder.length).replaceAll('\\', '/')
          const type = types[extname(name)] ?? 'application/octet-stream'
          return [url, { body: readFileSync(path), type, hashed: url.startsWith('/assets/') }]
        }),
    )
  }

  /** @throws {TidewireError} `ERR_PAGE_NOT_BUILT`, in a checkout. */
  static built(): PageFiles {
    const folder = fileURLToPath(new URL('../../cli/live', import.meta.url))
    if (existsSync(folder)) return new PageFiles(folder)
    const message = `the page is not built: there is no ${folder}; run npm run build`
    throw new TidewireError('ERR_PAGE_NOT_BUILT', message)
  }

  respond(request: HttpRequest): Response {
    const file = this.#files.get(request.path === '/' ? '/index.html' : request.path)
    if (!file) return refusal(404, 'there is nothing at this path')
    const refused = onlyGet(request)
    if (refused) return refused
    return new Response(new Uint8Array(file.body), {
      headers: {
        'Content-Type': file.type,
        'Content-Length': String(file.body.length),
        'Content-Security-Policy': policy,
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
        'Cache-Control': file.hashed ? 'max-age=31536000, immutable' : 'no-cache',
      },
    })
  }
}

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

export type FileRequest = { dist: string; pathname: string; response: ServerResponse; hasCookie: boolean }

/** A file of the built dashboard; its first page for every path that is none. */
export async function answerFile({ dist, pathname, response, hasCookie }: FileRequest): Promise<void> {
  const path = normalize(decodeURIComponent(pathname)).replace(/^(\.\.[/\\])+/, '')
  const type = types[extname(path)]
  const content = type ? await read(join(dist, path)) : undefined
  // The names of assets change with their content; all else is asked for anew, as by the server.
  const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store'
  if (content && type !== types['.html']) return send(response, 200, type ?? '', content, caching)
  if (path.startsWith('/assets/')) return send(response, 404, 'text/plain', Buffer.from('Not found'))
  const page = await read(join(dist, 'index.html'))
  if (page) return sendPage(response, page.toString(), hasCookie)
  const advice = `There is no built dashboard in ${dist}. Build it with: vite build packages/dashboard`
  return send(response, 503, 'text/plain', Buffer.from(advice))
}

/** As strict as the server is about what a page may load and run. */
function sendPage(response: ServerResponse, page: string, hasCookie: boolean) {
  const nonce = randomBytes(16).toString('base64')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  response.setHeader('content-security-policy', policy.join('; '))
  const filled = page.replaceAll('{{style-nonce}}', nonce).replaceAll('{{session}}', hasCookie ? 'shown' : 'absent')
  send(response, 200, types['.html'] ?? '', Buffer.from(filled))
}

function send(response: ServerResponse, status: number, type: string, content: Buffer, caching = 'no-store') {
  response.writeHead(status, { 'content-type': type, 'cache-control': caching }).end(content)
}

const read = (path: string) => readFile(path).catch(() => undefined)

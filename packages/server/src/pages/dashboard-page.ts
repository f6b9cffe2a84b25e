import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSessionCookies } from '../gate/session-cookie.ts'
import type { RawAnswer, RawRequest } from '../http/raw-route.ts'

/**
 * The one HTML file that every page begins with. It is made for each answer: it carries the nonce that lets the dashboard's
 * own style elements in, and says whether the browser showed a session, so that nobody begins with a refused request.
 */
export async function answerPage(dir: string, { headers, protocol }: RawRequest): Promise<RawAnswer> {
  const html = await readFile(join(dir, 'index.html'), 'utf8').catch(unlessMissing)
  if (html === undefined) return notBuilt
  const nonce = randomBytes(16).toString('base64')
  const hasSession = readSessionCookies({ headers, isSecure: protocol === 'https' }).length > 0
  return {
    contentType: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': contentSecurityPolicy(nonce) },
    body: html.replaceAll('{{style-nonce}}', nonce).replaceAll('{{session}}', hasSession ? 'shown' : 'absent'),
  }
}

/** `style-src` has the nonce because Mantine writes its variables into style elements; scripts come from files alone. */
const contentSecurityPolicy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const notBuilt: RawAnswer = {
  contentType: 'text/plain; charset=utf-8',
  body: `Berth is up, but its dashboard is not built.

Build it in the folder of Berth and load this page again:

  npm run build -w @berth/dashboard

Everything works without it too: ./berth --help
`,
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

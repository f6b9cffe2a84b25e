import { readFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { PlatformError } from '@berth/contract'
import type { RawAnswer, RawRequest } from '../http/raw-route.ts'
import { acceptedEncodings } from './accepted-encodings.ts'

const types: Record<string, string | undefined> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const endings = { br: '.br', gzip: '.gz' } as const

/** A file of the dashboard, as the build compressed it. */
export async function answerFile(dir: string, { url, headers }: RawRequest): Promise<RawAnswer> {
  const path = readPath(url)
  const type = path === undefined ? undefined : types[extname(path)]
  if (path === undefined || type === undefined) throw notThere(url)

  for (const encoding of acceptedEncodings(headers['accept-encoding'])) {
    const body = await read(join(dir, path + endings[encoding]))
    if (body) return { contentType: type, headers: { ...headersOf(path), 'content-encoding': encoding }, body }
  }
  const body = await read(join(dir, path))
  if (!body) throw notThere(url)
  return { contentType: type, headers: headersOf(path), body }
}

/** A plain name, with no way out of its folder; undefined for anything else. */
function readPath(url: string): string | undefined {
  const path = url.split('?')[0] ?? ''
  return /^\/(assets\/)?[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(path) ? path : undefined
}

/** A name in `assets` has a hash of what is in the file, so that the file never changes. */
const headersOf = (path: string) => ({
  'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
  vary: 'accept-encoding',
})

const read = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined
    throw error
  })

const notThere = (url: string) =>
  new PlatformError('not_found', `The dashboard has no file ${basename(url.split('?')[0] ?? '')}`, {
    hint: 'Load the page again: Berth may have been updated since',
  })

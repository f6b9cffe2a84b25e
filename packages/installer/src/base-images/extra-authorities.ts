import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const authoritiesDir = '/usr/local/share/ca-certificates'

export type Authority = { fileName: string; pem: string }

/** Certificate authorities that this machine's owner added; builds here have to trust them as well. */
export async function readExtraAuthorities(folder = authoritiesDir): Promise<Authority[]> {
  const names = await readdir(folder).catch(noneIfMissing)
  const certificates = names.filter((name) => name.endsWith('.crt')).sort()
  return Promise.all(
    certificates.map(async (fileName) => ({ fileName, pem: await readFile(join(folder, fileName), 'utf8') })),
  )
}

function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCertificateRequest, createKeyPem } from '@berth/identity/machine-side'

/**
 * Makes this machine's key unless it has one, and answers with the request for a certificate. The same key again, so that
 * a join that broke off can go on: a token that was used is good for the key that used it.
 */
export async function ensureKeyAndRequest(identityFolder: string): Promise<string> {
  const path = join(identityFolder, 'key.pem')
  const keyPem = await readFile(path, 'utf8').catch(undefinedIfMissing)
  return createCertificateRequest(keyPem ?? (await makeKey(path, identityFolder)))
}

async function makeKey(path: string, folder: string): Promise<string> {
  const keyPem = await createKeyPem()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(`${path}.new`, keyPem, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
  return keyPem
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}

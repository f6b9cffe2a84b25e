import { X509Certificate } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Who this machine is towards the server, and whom it takes for the server. */
export type Identity = { ca: string; cert: string; key: string; name: string }

/** Read anew for each connection: certificates are short-lived and replaced in place. */
export async function readIdentity(folder: string): Promise<Identity> {
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')])
  return { ca, cert, key, name: commonNameOf(cert) }
}

/** Whole or not at all. The key stays the one that was made here. */
export async function writeCertificate(folder: string, certPem: string): Promise<void> {
  const path = join(folder, 'cert.pem')
  await writeFile(`${path}.new`, certPem, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
}

function commonNameOf(cert: string): string {
  const name = /^CN=(.+)$/m.exec(new X509Certificate(cert).subject)?.[1]
  if (!name) throw new Error('The certificate of this machine has no common name')
  return name
}

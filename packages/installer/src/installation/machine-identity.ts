import { X509Certificate } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { issueCertificate, type KeyedCertificate, managerUnit } from '@berth/identity'
import type { Container } from 'dockerode'
import { extract, pack } from 'tar-stream'

const dayMs = 24 * 3_600_000
const validMs = 365 * dayMs
const renewBeforeMs = 60 * dayMs
const folder = '/var/lib/berth'

/** Puts a fresh certificate for this machine into the agent's volume, through the agent's container, running or not. */
export async function putIdentity(
  agent: Container,
  { ca, machineName, now }: { ca: KeyedCertificate; machineName: string; now: Date },
): Promise<void> {
  const issued = await issueCertificate({ ca, commonName: machineName, kind: 'manager', validMs, now })
  const archive = pack()
  archive.entry({ name: 'identity', type: 'directory', mode: 0o700 })
  archive.entry({ name: 'identity/ca.pem', mode: 0o600 }, ca.certPem)
  archive.entry({ name: 'identity/cert.pem', mode: 0o600 }, issued.certPem)
  archive.entry({ name: 'identity/key.pem', mode: 0o600 }, issued.keyPem)
  archive.finalize()
  await agent.putArchive(Readable.from(archive), { path: folder })
}

/** Whether the certificate in the agent's volume is of this CA and this machine and lasts for a while. */
export async function hasValidIdentity(
  agent: Container,
  { caPem, machineName, now }: { caPem: string; machineName: string; now: Date },
): Promise<boolean> {
  const certPem = await readFileIn(agent, `${folder}/identity/cert.pem`)
  return certPem !== undefined && isValidIdentity(certPem, { caPem, machineName, now })
}

export function isValidIdentity(
  certPem: string,
  { caPem, machineName, now }: { caPem: string; machineName: string; now: Date },
): boolean {
  const certificate = new X509Certificate(certPem)
  const { CN, OU } = certificate.toLegacyObject().subject
  return (
    certificate.verify(new X509Certificate(caPem).publicKey) &&
    CN === machineName &&
    OU === managerUnit &&
    certificate.validToDate.getTime() - now.getTime() > renewBeforeMs
  )
}

async function readFileIn(container: Container, path: string): Promise<string | undefined> {
  const archive = await container.getArchive({ path }).catch((error: { statusCode?: number }) => {
    if (error.statusCode === 404) return undefined
    throw error
  })
  if (!archive) return undefined
  for await (const entry of archive.pipe(extract())) return await text(entry)
  return undefined
}

import { X509Certificate } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  describeMachineCertificate,
  issueCertificate,
  type KeyedCertificate,
  machineCertificateMs,
} from '@berth/identity'
import type { Container } from 'dockerode'
import { extract, pack } from 'tar-stream'

/** An agent that runs renews its certificate when half of it is gone, so that one with less left is not being renewed. */
const leastLeftMs = machineCertificateMs * (3 / 7)
const folder = '/var/lib/berth'

/** A machine as its own engine, a manager, says: nothing else may be certified as one. */
export type CertifiedMachine = { nodeId: string; name: string }

/** Puts a fresh certificate for this machine into the agent's volume, through the agent's container, running or not. */
export async function putIdentity(
  agent: Container,
  { ca, machine, now }: { ca: KeyedCertificate; machine: CertifiedMachine; now: Date },
): Promise<void> {
  const former = await readCertificate(agent)
  const issued = await issueCertificate({
    ca,
    commonName: machine.name,
    kind: 'manager',
    identityId: former && keptIdentity(former, { caPem: ca.certPem, machine }),
    machineId: machine.nodeId,
    validMs: machineCertificateMs,
    now,
  })
  await putIdentityFiles(agent, { 'ca.pem': ca.certPem, 'cert.pem': issued.certPem, 'key.pem': issued.keyPem })
}

/** Into the agent's volume, through its container, running or not. */
export async function putIdentityFiles(agent: Container, files: Readonly<Record<string, string>>): Promise<void> {
  const archive = pack()
  archive.entry({ name: 'identity', type: 'directory', mode: 0o700 })
  for (const [name, content] of Object.entries(files)) archive.entry({ name: `identity/${name}`, mode: 0o600 }, content)
  archive.finalize()
  await agent.putArchive(Readable.from(archive), { path: folder })
}

type Expected = { caPem: string; machine: CertifiedMachine }

/** Whether the certificate in the agent's volume is of this CA and this machine and lasts for a while. */
export async function hasValidIdentity(agent: Container, expected: Expected & { now: Date }): Promise<boolean> {
  const certPem = await readCertificate(agent)
  return certPem !== undefined && isValidIdentity(certPem, expected)
}

export function isValidIdentity(certPem: string, { now, ...expected }: Expected & { now: Date }): boolean {
  const { isManager, notAfterMs } = describeMachineCertificate(new X509Certificate(certPem))
  return keptIdentity(certPem, expected) !== undefined && isManager && notAfterMs - now.getTime() > leastLeftMs
}

/** Who the machine is stays the same over all its certificates, as long as it is the same machine. */
export function keptIdentity(certPem: string, { caPem, machine }: Expected): string | undefined {
  const certificate = new X509Certificate(certPem)
  const { name, machineId, identityId } = describeMachineCertificate(certificate)
  const isOurs = certificate.verify(new X509Certificate(caPem).publicKey)
  const isThisMachine = name === machine.name && machineId === machine.nodeId
  return isOurs && isThisMachine && identityId !== '' ? identityId : undefined
}

const readCertificate = (agent: Container) => readFileIn(agent, `${folder}/identity/cert.pem`)

export async function readFileIn(container: Container, path: string): Promise<string | undefined> {
  const archive = await container.getArchive({ path }).catch((error: { statusCode?: number }) => {
    if (error.statusCode === 404) return undefined
    throw error
  })
  if (!archive) return undefined
  for await (const entry of archive.pipe(extract())) return await text(entry)
  return undefined
}

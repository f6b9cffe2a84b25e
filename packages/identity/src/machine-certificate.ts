import { createHash, X509Certificate } from 'node:crypto'

/** Organizational unit in the certificate of a machine whose agent may answer for the whole cluster. */
export const managerUnit = 'manager'

/** Machines' clocks differ; a certificate made now must be valid on one that is a little behind. */
export const clockSkewMs = 5 * 60_000

const clientAuth = '1.3.6.1.5.5.7.3.2'

/** What a machine's certificate says. */
export type MachineCertificate = {
  name: string
  identityId: string
  /** Null until the certificate was issued for a machine that the cluster knew. */
  machineId: string | null
  isManager: boolean
  issuedAtMs: number
  notAfterMs: number
}

/**
 * What a certificate says, or undefined where it is not one that this CA gave a machine and that is valid now. Asked of each
 * connection, beside what TLS says: a TLS session that is taken up again is not checked anew.
 */
export function readMachineCertificate(
  certificate: X509Certificate,
  { caPem, nowMs }: { caPem: string; nowMs: number },
): MachineCertificate | undefined {
  const ca = new X509Certificate(caPem)
  const said = describeMachineCertificate(certificate)
  const isOfCa = certificate.checkIssued(ca) && certificate.verify(ca.publicKey)
  const isOfMachine = certificate.keyUsage?.includes(clientAuth) ?? false
  const isValidNow = certificate.validFromDate.getTime() <= nowMs && nowMs < certificate.validToDate.getTime()
  return isOfCa && isOfMachine && isValidNow && said.name !== '' && said.identityId !== '' ? said : undefined
}

/** What it says, whoever signed it. */
export function describeMachineCertificate(certificate: X509Certificate): MachineCertificate {
  const subject = certificate.toLegacyObject().subject as Partial<Record<string, string | string[]>>
  const only = (name: string) => (typeof subject[name] === 'string' ? subject[name] : '')
  return {
    name: only('CN'),
    identityId: only('serialNumber'),
    machineId: only('dnQualifier') || null,
    isManager: only('OU') === managerUnit,
    issuedAtMs: certificate.validFromDate.getTime() + clockSkewMs,
    notAfterMs: certificate.validToDate.getTime(),
  }
}

/** In hex, of the DER form: what a join token pins a CA by. */
export const certificateSha256 = (certPem: string): string =>
  createHash('sha256').update(new X509Certificate(certPem).raw).digest('hex')

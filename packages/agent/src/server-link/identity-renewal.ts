import { createPrivateKey, X509Certificate } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  createCertificateRequest,
  describeMachineCertificate,
  type MachineCertificate,
} from '@berth/identity/machine-side'
import type { Log } from '../log.ts'
import { readIdentity, writeCertificate } from './identity-files.ts'

type Facts = {
  certificate: Pick<MachineCertificate, 'issuedAtMs' | 'notAfterMs'>
  /** As this machine's engine says now. */
  isManager: boolean
  /** As the server took it when it let this machine in. */
  isTakenForManager: boolean
  nowMs: number
  /** When one was last asked for because of the role. */
  askedForRoleAtMs: number
}

/** The cluster may need a while until it says the same as this machine's own engine. */
const roleRetryMs = 60_000

/** Why a new certificate is due now; undefined if none is. */
export function renewalReason(facts: Facts): 'half_time' | 'role' | undefined {
  const { certificate, nowMs, isManager, isTakenForManager, askedForRoleAtMs } = facts
  if (nowMs >= (certificate.issuedAtMs + certificate.notAfterMs) / 2) return 'half_time'
  if (isManager !== isTakenForManager && nowMs - askedForRoleAtMs >= roleRetryMs) return 'role'
  return undefined
}

type Deps = {
  identityFolder: string
  isManager(signal: AbortSignal): Promise<boolean>
  log: Log
  now?: (() => number) | undefined
  /** How often to look whether one is due. */
  checkMs?: number | undefined
}

export type RenewingLink = {
  isTakenForManager: boolean
  /** Asks the server. */
  renew(csrPem: string): Promise<{ certPem: string }>
}

/** Keeps this machine's certificate good; the same over all links. */
export function identityRenewal({ identityFolder, isManager, log, now = Date.now, checkMs = 15_000 }: Deps) {
  let askedForRoleAtMs = Number.NEGATIVE_INFINITY

  async function renewIfDue({ isTakenForManager, renew }: RenewingLink, signal: AbortSignal): Promise<boolean> {
    const { cert, key, ca } = await readIdentity(identityFolder)
    const certificate = describeMachineCertificate(new X509Certificate(cert))
    const facts = { certificate, isManager: await isManager(signal), isTakenForManager, nowMs: now(), askedForRoleAtMs }
    const reason = renewalReason(facts)
    if (!reason) return false
    if (reason === 'role') askedForRoleAtMs = now()
    const { certPem } = await renew(createCertificateRequest(key))
    checkCertificate(certPem, { key, ca })
    await writeCertificate(identityFolder, certPem)
    log.info('certificate_renewed', { reason })
    return true
  }

  /** Resolves once there is a new certificate, which needs a new connection to count; or with the signal. */
  return async (link: RenewingLink, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (await renewIfDue(link, signal)) return
      } catch (error) {
        if (signal.aborted) return
        log.warn('certificate_not_renewed', { error })
      }
      await delay(checkMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** What does not fit the key would lock this machine out for good. */
function checkCertificate(certPem: string, { key, ca }: { key: string; ca: string }): void {
  const certificate = new X509Certificate(certPem)
  const isOurs =
    certificate.checkPrivateKey(createPrivateKey(key)) && certificate.verify(new X509Certificate(ca).publicKey)
  if (!isOurs) throw new Error('The server answered with a certificate that is not for this machine')
}

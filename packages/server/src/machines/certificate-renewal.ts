import { type MachineRole, PlatformError } from '@berth/contract'
import {
  type KeyedCertificate,
  type MachineCertificate,
  machineCertificateMs,
  type SignedCertificate,
  signCertificateRequest,
} from '@berth/identity'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import type { IdentityStore } from './identity-store.ts'

type Deps = {
  ca: KeyedCertificate
  identities: Pick<IdentityStore, 'renewed'>
  cluster: Pick<ClusterObserver, 'refresh'>
  now(): number
}

export type RenewalRequest = { certificate: MachineCertificate; machineId: string; csrPem: string }

/** A new certificate for a machine that showed a valid one. Which kind is decided by the cluster, not by who asks. */
export type RenewCertificate = (request: RenewalRequest, signal: AbortSignal) => Promise<{ certPem: string }>

export function certificateRenewal({ ca, identities, cluster, now }: Deps): RenewCertificate {
  async function roleOf({ certificate, machineId }: RenewalRequest, signal: AbortSignal): Promise<MachineRole> {
    // Looked at anew: one that asks because it has just joined or become a manager would wait a minute to ask again.
    // While no manager answers, a worker can still stay one, so that it is not locked out when they are back.
    const state = await cluster.refresh(signal).catch(unless(certificate.isManager))
    if (!state) return 'worker'
    const machine = state.machines.find(({ id }) => id === machineId)
    if (!machine) throw new PlatformError('forbidden', `The cluster knows no machine ${certificate.name} any more`)
    return machine.role
  }

  return async (request, signal) => {
    const { certificate, machineId, csrPem } = request
    const { identityId, name: commonName } = certificate
    const role = await roleOf(request, signal)
    const kind = role === 'manager' ? 'manager' : 'machine'
    const { certPem, notAfterMs } = await signForMachine({
      ...{ ca, csrPem, kind, commonName, identityId, machineId, nowMs: now() },
    })
    await identities.renewed(identityId, { role, endsAtMs: notAfterMs })
    return { certPem }
  }
}

const unless = (isFatal: boolean) => (error: unknown) => {
  if (isFatal) throw error
  return undefined
}

type Subject = {
  ca: KeyedCertificate
  csrPem: string
  kind: 'machine' | 'manager'
  commonName: string
  identityId: string
  machineId?: string
  nowMs: number
}

/** Throws `invalid_request` for what is no certificate request. */
export async function signForMachine({ nowMs, ...subject }: Subject): Promise<SignedCertificate> {
  try {
    return await signCertificateRequest({ ...subject, validMs: machineCertificateMs, now: new Date(nowMs) })
  } catch (cause) {
    if (cause instanceof TypeError) throw new PlatformError('invalid_request', cause.message, { cause })
    throw cause
  }
}

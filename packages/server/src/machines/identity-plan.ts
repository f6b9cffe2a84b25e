import type { MachineRole } from '@berth/contract'
import type { MachineCertificate } from '@berth/identity'

export type IdentityRow = {
  identityId: string
  name: string
  machineId: string | null
  role: MachineRole
  roleAtMs: number
  certificateEndsAtMs: number
  addedAtMs: number
  removedAtMs: number | null
}

/** What a connection shows (the certificate) and what it only says. */
export type Claim = { certificate: MachineCertificate; machineId: string; saysManager: boolean }

export type Judgement =
  | { kind: 'refused'; reason: string; hint: string }
  | { kind: 'admitted'; row: IdentityRow; isManager: boolean; supersedes: readonly string[] }

/**
 * Whether a machine is who it says. `rows`: the identity of the certificate, and all living ones that have the name or the
 * machine id. A certificate that names the machine id itself was issued when that was certain, and settles who has it.
 */
export function judgeClaim(claim: Claim, rows: readonly IdentityRow[], nowMs: number): Judgement {
  const { certificate, machineId } = claim
  const { name, identityId } = certificate
  const own = rows.find((row) => row.identityId === identityId)
  if (own && own.removedAtMs !== null)
    return refused(`The machine ${name} was removed from the cluster`, joinAgain(name))

  const isCertain = certificate.machineId !== null
  if ((certificate.machineId ?? own?.machineId ?? machineId) !== machineId) {
    return refused(`The certificate of ${name} belongs to another machine than the one that shows it`, joinAgain(name))
  }
  const rivals = rows.filter((row) => row !== own && row.removedAtMs === null)
  const bound = rivals.find((row) => row.machineId !== null)
  if (bound && !isCertain) {
    const what = bound.name === name ? `the name ${name}` : `the machine id that ${name} claims`
    return refused(
      `Another machine (${bound.name}) has ${what}`,
      'See `berth machines`; remove that one first if it is gone',
    )
  }
  const { role, roleAtMs } = roleOf(certificate, own, nowMs)
  return {
    kind: 'admitted',
    row: {
      ...{ identityId, name, machineId, role, roleAtMs, certificateEndsAtMs: certificate.notAfterMs },
      addedAtMs: own?.addedAtMs ?? nowMs,
      removedAtMs: null,
    },
    isManager: claim.saysManager && certificate.isManager && role === 'manager',
    supersedes: rivals.map((row) => row.identityId),
  }
}

/** A manager's certificate from before it became a worker is worth no more than a worker's. */
function roleOf(certificate: MachineCertificate, own: IdentityRow | undefined, nowMs: number) {
  const { isManager, issuedAtMs } = certificate
  if (!own) return { role: isManager ? ('manager' as const) : ('worker' as const), roleAtMs: nowMs }
  if (isManager && own.role === 'worker' && issuedAtMs > own.roleAtMs) {
    return { role: 'manager' as const, roleAtMs: issuedAtMs }
  }
  return { role: own.role, roleAtMs: own.roleAtMs }
}

const refused = (reason: string, hint: string): Judgement => ({ kind: 'refused', reason, hint })
const joinAgain = (name: string) => `It can join again with a token of its own: \`berth machines join-command ${name}\``

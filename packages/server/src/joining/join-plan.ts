import { formatHostPort, PlatformError } from '@berth/contract'
import type { ClusterState, ObservedMachine } from '@berth/engine'
import type { IdentityRow } from '../machines/identity-plan.ts'

type Facts = { name: string; record: IdentityRow | undefined; machines: readonly ObservedMachine[]; nowMs: number }

/**
 * A name is free again once its machine was removed, once it is gone from the cluster, or once its certificate has ended: then it
 * must join anew anyhow. One whose joining was begun and never finished has not taken it.
 */
export function refuseTakenName({ name, record, machines, nowMs }: Facts): void {
  const isGood = record !== undefined && record.certificateEndsAtMs > nowMs
  const isLiving = isGood && machines.some(({ id }) => id === record.machineId)
  const others = machines.filter(({ id }) => id !== record?.machineId)
  if (!isLiving && !others.some((machine) => machine.name === name && machine.isReady)) return
  throw new PlatformError('machine_exists', `There is a machine ${name} in the cluster already`, {
    hint: `Give the new one another host name, or remove the other first: berth machines rm ${name}`,
  })
}

const agentPort = 7443

/** Where the servers answer: on the machines that hold one, and else a manager may have one. */
export function serverAddressesOf({ machines }: Pick<ClusterState, 'machines'>): string[] {
  const holders = machines.filter(({ holds }) => holds.includes('server'))
  const managers = machines.filter(({ role, isReady }) => role === 'manager' && isReady)
  return (holders.length > 0 ? holders : managers)
    .filter(({ address }) => address !== '')
    .map(({ address }) => formatHostPort(address, agentPort))
}

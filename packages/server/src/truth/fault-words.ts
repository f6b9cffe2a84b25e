import type { NetworkFault } from './reach-plan.ts'

/** For a person, with what to look at. */
export function faultInWords(
  { machineId, peerIds }: NetworkFault,
  machines: readonly { id: string; name: string }[],
): string {
  const nameOf = (id: string) => machines.find((machine) => machine.id === id)?.name ?? id
  const peers = peerIds.map(nameOf).sort()
  return `Between ${nameOf(machineId)} and ${peers.join(', ')} instances cannot be reached: let UDP 4789 and TCP and UDP 7946 pass between them`
}

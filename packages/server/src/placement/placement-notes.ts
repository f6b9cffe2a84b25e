import type { MachineChoice } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'
import type { ReleaseService } from '../releases/release-store.ts'

const capWords = {
  limit: 'What it was seen to use asks for more than its limit, which is what is reserved.',
  largest_machine: 'What it was seen to use asks for more than the largest machine has, which is what is reserved.',
  room: 'What it was seen to use is not reserved: when it was deployed, no room was left for that.',
} as const

/** What there is to know beyond each machine for itself. */
export function placementNotes(
  { placement, reservations }: ReleaseService,
  choices: readonly MachineChoice[],
  machines: readonly ObservedMachine[],
): string[] {
  const spread = placement?.spread ?? null
  const without = machines.filter(({ labels }) => spread !== null && !Object.hasOwn(labels, spread))
  return [
    ...(choices.every(({ verdict }) => verdict === 'excluded') ? ['No machine can take another instance now.'] : []),
    ...(reservations?.cappedBy ? [capWords[reservations.cappedBy]] : []),
    ...(without.length > 0 ? [describeWithout(spread ?? '', without)] : []),
    ...(spread !== null && without.length === machines.length ? [`No machine has a label ${spread} yet.`] : []),
  ]
}

function describeWithout(spread: string, machines: readonly ObservedMachine[]): string {
  const names = machines.map(({ name }) => name).toSorted()
  return names.length === 1
    ? `${names[0]} has no label ${spread}, and counts as a value of its own.`
    : `${names.join(', ')} have no label ${spread}, and count together as one value.`
}

import type { Placement, Resources } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'

export type Amounts = { cpuMillis: number; memoryBytes: number }

/** What one instance asks of a machine. */
export type Needs = Amounts & { on: Readonly<Record<string, string>> }

export const needsOf = (service: { resources: Resources; placement?: Placement | undefined }): Needs => ({
  cpuMillis: service.resources.reservedCpuMillis ?? 0,
  memoryBytes: service.resources.reservedMemoryBytes ?? 0,
  on: service.placement?.on ?? {},
})

/** "disk=ssd", for each label that the machine does not have so. */
export const missingLabels = ({ labels }: Pick<ObservedMachine, 'labels'>, on: Needs['on']): string[] =>
  Object.entries(on)
    .filter(([label, value]) => !Object.hasOwn(labels, label) || labels[label] !== value)
    .map(([label, value]) => `${label}=${value}`)

/** What is left beside all that is reserved. */
export const freeOn = (machine: Amounts, used: Amounts | undefined): Amounts => ({
  cpuMillis: Math.max(0, machine.cpuMillis - (used?.cpuMillis ?? 0)),
  memoryBytes: Math.max(0, machine.memoryBytes - (used?.memoryBytes ?? 0)),
})

/** How many instances would fit beside what is reserved. */
export function placesOn(free: Amounts, needs: Amounts): number {
  const byCpu = needs.cpuMillis > 0 ? Math.floor(free.cpuMillis / needs.cpuMillis) : Number.POSITIVE_INFINITY
  const byMemory = needs.memoryBytes > 0 ? Math.floor(free.memoryBytes / needs.memoryBytes) : Number.POSITIVE_INFINITY
  return Math.min(byCpu, byMemory)
}

import { formatBytes, formatCpu, type Placement, type Resources } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'
import { type Amounts, freeOn, missingLabels, type Needs, needsOf, placesOn } from '../placement/machine-fit.ts'

export interface FitRequest {
  readonly replicas: number
  readonly resources: Resources
  readonly placement?: Placement | undefined
}

/** Says in words why the instances cannot all be placed, or nothing if they can. Like Swarm's filters: labels and reservations. */
export function explainMisfit(
  request: FitRequest,
  machines: readonly ObservedMachine[],
  reserved: Readonly<Record<string, Amounts>>,
): string | undefined {
  const needs = needsOf(request)
  const open = machines.filter(({ isReady, isSchedulable }) => isReady && isSchedulable)
  if (open.length === 0) return 'no machine takes new instances now'
  const candidates = open.filter((machine) => missingLabels(machine, needs.on).length === 0)
  if (candidates.length === 0) return explainLabels(machines, needs.on)
  if (needs.cpuMillis === 0 && needs.memoryBytes === 0) return undefined

  const free = candidates.map((machine) => ({ machine, ...freeOn(machine, reserved[machine.id]) }))
  const room = free.reduce((sum, spot) => sum + placesOn(spot, needs), 0)
  if (room >= request.replicas) return undefined
  const each = request.replicas === 1 ? '1 instance' : `each of ${request.replicas} instances`
  return `${describeNeeds(needs)} for ${each}, room for ${room}: ${free.map((spot) => describeSpot(spot, needs)).join('; ')}`
}

function explainLabels(machines: readonly ObservedMachine[], on: Needs['on']): string {
  const wanted = Object.entries(on).map(([label, value]) => `${label}=${value}`)
  const labels = `the label${wanted.length === 1 ? '' : 's'} ${wanted.join(' and ')}`
  const exists = machines.some((machine) => missingLabels(machine, on).length === 0)
  return exists ? `no machine with ${labels} takes new instances now` : `no machine has ${labels}`
}

function describeSpot({ machine, cpuMillis, memoryBytes }: Amounts & { machine: ObservedMachine }, needs: Amounts) {
  const lacks = [
    ...(needs.memoryBytes > memoryBytes ? [`${formatBytes(memoryBytes)} of memory free`] : []),
    ...(needs.cpuMillis > cpuMillis ? [`${formatCpu(cpuMillis)} cores free`] : []),
  ]
  return lacks.length > 0 ? `${machine.name} has ${lacks.join(' and ')}` : `${machine.name} has room for fewer`
}

function describeNeeds({ cpuMillis, memoryBytes }: Amounts): string {
  const parts = [
    ...(memoryBytes > 0 ? [`${formatBytes(memoryBytes)} of memory`] : []),
    ...(cpuMillis > 0 ? [`${formatCpu(cpuMillis)} cores`] : []),
  ]
  return `needs ${parts.join(' and ')}`
}

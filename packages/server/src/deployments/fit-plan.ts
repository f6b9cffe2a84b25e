import { formatBytes, formatCpu, type Resources } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'

type Reserved = { cpuMillis: number; memoryBytes: number }

export interface FitRequest {
  readonly replicas: number
  readonly resources: Resources
}

/** Says in words why the instances cannot all be placed, or nothing if they can. Like Swarm's filter: reservations only. */
export function explainMisfit(
  request: FitRequest,
  machines: readonly ObservedMachine[],
  reserved: Readonly<Record<string, Reserved>>,
): string | undefined {
  const needs = {
    cpuMillis: request.resources.reservedCpuMillis ?? 0,
    memoryBytes: request.resources.reservedMemoryBytes ?? 0,
  }
  const candidates = machines.filter(({ isReady, isSchedulable }) => isReady && isSchedulable)
  if (candidates.length === 0) return 'no machine takes new instances now'
  if (needs.cpuMillis === 0 && needs.memoryBytes === 0) return undefined

  const free = candidates.map((machine) => ({ machine, ...freeOn(machine, reserved[machine.id]) }))
  const room = free.reduce((sum, spot) => sum + placesOn(spot, needs), 0)
  if (room >= request.replicas) return undefined

  const where = free
    .map(({ machine, cpuMillis, memoryBytes }) => {
      const lacks = [
        ...(needs.memoryBytes > memoryBytes ? [`${formatBytes(memoryBytes)} of memory free`] : []),
        ...(needs.cpuMillis > cpuMillis ? [`${formatCpu(cpuMillis)} cores free`] : []),
      ]
      return lacks.length > 0 ? `${machine.name} has ${lacks.join(' and ')}` : `${machine.name} has room for fewer`
    })
    .join('; ')
  const each = request.replicas === 1 ? '1 instance' : `each of ${request.replicas} instances`
  return `${describeNeeds(needs)} for ${each}, room for ${room}: ${where}`
}

function freeOn(machine: ObservedMachine, used: Reserved | undefined): Reserved {
  return {
    cpuMillis: Math.max(0, machine.cpuMillis - (used?.cpuMillis ?? 0)),
    memoryBytes: Math.max(0, machine.memoryBytes - (used?.memoryBytes ?? 0)),
  }
}

function placesOn(free: Reserved, needs: Reserved): number {
  const byCpu = needs.cpuMillis > 0 ? Math.floor(free.cpuMillis / needs.cpuMillis) : Number.POSITIVE_INFINITY
  const byMemory = needs.memoryBytes > 0 ? Math.floor(free.memoryBytes / needs.memoryBytes) : Number.POSITIVE_INFINITY
  return Math.min(byCpu, byMemory)
}

function describeNeeds({ cpuMillis, memoryBytes }: Reserved): string {
  const parts = [
    ...(memoryBytes > 0 ? [`${formatBytes(memoryBytes)} of memory`] : []),
    ...(cpuMillis > 0 ? [`${formatCpu(cpuMillis)} cores`] : []),
  ]
  return `needs ${parts.join(' and ')}`
}

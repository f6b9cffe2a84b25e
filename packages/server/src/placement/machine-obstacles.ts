import { formatBytes, formatCpu } from '@berth/contract'
import type { ObservedMachine } from '@berth/engine'
import type { CordonRow } from '../cordons/cordon-store.ts'
import { type Amounts, freeOn, type Needs } from './machine-fit.ts'

type Around = { needs: Needs; reserved: Amounts | undefined; cordon: CordonRow | undefined }

/** All that keeps the machine from taking an instance, in words; nothing if nothing does. */
export const obstaclesOn = (machine: ObservedMachine, { needs, reserved, cordon }: Around): string[] => [
  ...stateObstacles(machine, cordon),
  ...labelObstacles(machine, needs),
  ...roomObstacles(freeOn(machine, reserved), needs),
]

function stateObstacles(machine: ObservedMachine, cordon: CordonRow | undefined): string[] {
  const { isReady, availability, cordonLabel } = machine
  if (!isReady) return ['is down']
  if (availability === 'active') return []
  if (availability === 'drain' || cordonLabel === 'drain') return ['is being drained, or was drained']
  if (cordonLabel === null) return ['was paused past Berth']
  // A row that tells of another cordon than this one is left over.
  return [describeCordon(cordonLabel, cordon?.cause === cordonLabel ? cordon : undefined)]
}

function describeCordon(cause: 'person' | 'pressure', cordon: CordonRow | undefined): string {
  const since = cordon ? ` since ${describeTime(cordon.sinceMs)}` : ''
  if (cause === 'person') return `was cordoned${cordon ? ` by ${cordon.actor}` : ''}${since}`
  return `is cordoned for pressure${since}${cordon?.reason ? `: ${cordon.reason}` : ''}`
}

const labelObstacles = ({ labels }: ObservedMachine, { on }: Needs): string[] =>
  Object.entries(on).flatMap(([label, value]) => {
    if (!Object.hasOwn(labels, label)) return [`has no label ${label}=${value}`]
    return labels[label] === value ? [] : [`has ${label}=${labels[label]}, not ${label}=${value}`]
  })

const roomObstacles = (free: Amounts, needs: Amounts): string[] => [
  ...(needs.memoryBytes > free.memoryBytes
    ? [`lacks ${formatBytes(needs.memoryBytes - free.memoryBytes)} of memory beside what is reserved`]
    : []),
  ...(needs.cpuMillis > free.cpuMillis
    ? [`lacks ${formatCpu(needs.cpuMillis - free.cpuMillis)} cores beside what is reserved`]
    : []),
]

/** "2026-11-28 15:20 UTC". */
const describeTime = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

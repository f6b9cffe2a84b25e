import type { Heartbeat, LocalInstance, MachineStats } from '@berth/contract'

/** A machine that has nothing to do. */
export const idleStats: MachineStats = {
  cpuRatio: 0,
  cpuMillis: 1000,
  load1: 0,
  load5: 0,
  memoryUsedBytes: 1,
  memoryTotalBytes: 2,
  swapUsedBytes: 0,
  diskUsedBytes: 1,
  diskTotalBytes: 2,
  networkReceivedBytes: 0,
  networkSentBytes: 0,
  diskReadBytes: 0,
  diskWrittenBytes: 0,
  outOfMemoryKills: 0,
  pressure: null,
}

export const idleInstance: LocalInstance = {
  instanceId: 'i1',
  app: 'shop',
  service: 'web',
  cpuRatio: 0,
  cpuSeconds: 0,
  memoryBytes: 0,
  memoryLimitBytes: null,
  networkReceivedBytes: 0,
  networkSentBytes: 0,
  diskReadBytes: 0,
  diskWrittenBytes: 0,
  outOfMemoryKills: 0,
}

export const idleEdge: Heartbeat['edge'] = { fingerprint: null, error: null, countedAtMs: null, backends: [] }

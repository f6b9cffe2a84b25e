import { setTimeout as sleep } from 'node:timers/promises'
import type { Heartbeat } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'
import { instanceStats } from './instance-stats.ts'
import { machineStatsReader, readDiskUse } from './machine-stats.ts'

type Sample = Pick<Heartbeat, 'stats' | 'sampledAtMs' | 'instances'>

export interface StatsSampler {
  /** What is used now; hurried heartbeats within one second share a sample, since shorter ones tell little. */
  sample(): Sample
  /** Renews what seldom changes, the list of instances and the disk, until the signal. */
  run(signal: AbortSignal): Promise<void>
}

type Options = {
  engine: Pick<MachineEngine, 'listLocalInstances'>
  procFolder: string
  cgroupFolder: string
  /** On the disk that images and volumes are on. */
  diskFolder: string
  log: Log
}

const renewEveryMs = 3_000
const shortestSampleMs = 900

/** Reads what the disk holds once before it resolves. */
export async function statsSampler({ engine, diskFolder, log, ...folders }: Options): Promise<StatsSampler> {
  const readMachine = machineStatsReader(folders.procFolder)
  const instances = instanceStats(folders)
  let disk = await readDiskUse(diskFolder)
  let sampledAtMs = performance.now()
  let last: Sample = { stats: readMachine(disk), sampledAtMs, instances: [] }
  let hasWarned = false

  function sample(): Sample {
    const nowMs = performance.now()
    if (nowMs - sampledAtMs < shortestSampleMs) return last
    sampledAtMs = nowMs
    last = { stats: readMachine(disk), sampledAtMs, instances: instances.read(nowMs) }
    return last
  }

  async function renew(signal: AbortSignal) {
    disk = await readDiskUse(diskFolder)
    const invisible = instances.watch(await engine.listLocalInstances(signal))
    if (invisible.length === 0 || hasWarned) return
    hasWarned = true
    log.warn('instance_cgroups_invisible', {
      instances: invisible.length,
      hint: 'The agent must run in the cgroup namespace of the machine (--cgroupns host)',
    })
  }

  async function run(signal: AbortSignal) {
    while (!signal.aborted) {
      await renew(signal).catch((error) => {
        if (!signal.aborted) log.warn('stats_renewal_failed', { error })
      })
      await sleep(renewEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return { sample, run }
}

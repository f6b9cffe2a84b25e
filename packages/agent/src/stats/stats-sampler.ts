import { setTimeout as sleep } from 'node:timers/promises'
import type { Heartbeat } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'
import { parseCgroupMounts } from './cgroup-files.ts'
import { instanceStats } from './instance-stats.ts'
import { killedInstances } from './killed-instances.ts'
import { machineStatsReader, readDiskUse } from './machine-stats.ts'
import { readKernelFile } from './read-file.ts'

type Sample = Pick<Heartbeat, 'stats' | 'sampledAtMs' | 'instances' | 'killed'>

export interface StatsSampler {
  /** What is used now; hurried heartbeats within one second share a sample, since shorter ones tell little. */
  sample(): Sample
  /** An instance began or ended, so that the list is worth a look before its time. */
  stirred(): void
  /** This instance has ended, of whatever. */
  ended(instanceId: string): void
  /** Renews what seldom changes, the list of instances and the disk, until the signal. */
  run(signal: AbortSignal): Promise<void>
}

type Options = {
  engine: Pick<MachineEngine, 'listLocalInstances' | 'findInstance'>
  procFolder: string
  cgroupFolder: string
  /** On the disk that images and volumes are on. */
  diskFolder: string
  log: Log
}

const renewEveryMs = 3_000
/** The engine looks at each instance for it, which is the dearest of all that is read here. */
const renewalsPerList = 5
const shortestSampleMs = 900

/** Reads what the disk holds once before it resolves. */
export async function statsSampler(options: Options): Promise<StatsSampler> {
  const { engine, procFolder, cgroupFolder, diskFolder, log } = options
  const mounts = parseCgroupMounts(readKernelFile('/proc/self/mountinfo'), cgroupFolder)
  const readMachine = machineStatsReader(procFolder, mounts)
  const instances = instanceStats(procFolder, mounts)
  const killed = killedInstances({ engine, log })
  let disk = await readDiskUse(diskFolder)
  let sampledAtMs = performance.now()
  let last: Sample = { stats: readMachine(disk, sampledAtMs), sampledAtMs, instances: [] }
  let hasWarned = false
  let isStirred = true

  function sample(): Sample {
    const nowMs = performance.now()
    if (nowMs - sampledAtMs < shortestSampleMs) return last
    sampledAtMs = nowMs
    last = { stats: readMachine(disk, nowMs), sampledAtMs, instances: instances.read(nowMs), ...killed.lately(nowMs) }
    return last
  }

  async function list(signal: AbortSignal) {
    isStirred = false
    const invisible = instances.watch(await engine.listLocalInstances(signal))
    if (invisible.length === 0 || hasWarned) return
    hasWarned = true
    log.warn('instance_cgroups_invisible', {
      instances: invisible.length,
      hint: 'The agent must run in the cgroup namespace of the machine (--cgroupns host)',
    })
  }

  async function renew(isListDue: boolean, signal: AbortSignal) {
    disk = await readDiskUse(diskFolder)
    instances.renew()
    if (isListDue || isStirred) await list(signal)
  }

  async function run(signal: AbortSignal) {
    for (let renewal = 0; !signal.aborted; renewal++) {
      await renew(renewal % renewalsPerList === 0, signal).catch((error) => {
        isStirred = true // What could not be listed is tried again.
        if (!signal.aborted) log.warn('stats_renewal_failed', { error })
      })
      await sleep(renewEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    sample,
    stirred: () => {
      isStirred = true
    },
    ended: killed.look,
    run,
  }
}

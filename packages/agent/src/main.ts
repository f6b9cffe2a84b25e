import { randomUUID } from 'node:crypto'
import { connectDocker, isServerWaitingFor, machineEngine, swarmEngine, trialEngine } from '@berth/engine'
import { backupFolder } from './backups/backup-folder.ts'
import { backupHandlers } from './backups/backup-handlers.ts'
import { cacheKeeper } from './builder/cache-keeper.ts'
import { openImageBuilder } from './builder/image-builder.ts'
import { sweepWorkFolders } from './builds/work-folder.ts'
import { readConfig } from './config.ts'
import { diskHandlers } from './disk/disk-handlers.ts'
import { openImageLedger } from './disk/image-ledger.ts'
import { sweepPublishTags } from './disk/publish-tags.ts'
import { monotonicClock } from './edge/clock.ts'
import { openEdge } from './edge/edge.ts'
import { eventualEdge } from './eventual-edge.ts'
import { imageAnalyser } from './image-analysis/image-analyser.ts'
import { imageSlimmer } from './image-slimming/image-slimmer.ts'
import { instanceStirs } from './instances/stirs.ts'
import { lapseWatch } from './lapses.ts'
import { jsonLog } from './log.ts'
import { fileFetcher } from './server-link/fetch-file.ts'
import { linkedServer } from './server-link/linked-server.ts'
import { serverAddressesOf } from './server-link/server-addresses.ts'
import { runServerLink } from './server-link/server-link.ts'
import { serverReturn } from './server-return/server-return.ts'
import { parseCgroupMounts } from './stats/cgroup-files.ts'
import { readKernelFile } from './stats/read-file.ts'
import { statsSampler } from './stats/stats-sampler.ts'
import { toldInstances } from './truth/told-instances.ts'
import { agentHandlers, agentVerbs } from './verbs.ts'

const log = jsonLog()
const config = readConfig(process.env)
const stop = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())

const docker = await connectDocker(config.dockerSocket, stop.signal)
const engine = machineEngine({ docker })
const clusterEngine = swarmEngine({ docker })
const { procFolder, cgroupFolder, stateFolder, identityFolder, buildFolder } = config

const lapses = lapseWatch()
lapses.watch(stop.signal)
const told = toldInstances(() => performance.now())
lapses.onLapse(told.forget)
const edge = eventualEdge({
  async open() {
    const machineAddress = config.machineAddress ?? (await engine.info()).address
    return openEdge({ engine, folder: config.edgeFolder, config: { ...config, machineAddress }, told, lapses, log })
  },
  log,
})
const stats = await statsSampler({ engine, procFolder, cgroupFolder, diskFolder: stateFolder, log })
const stirs = instanceStirs({ engine, log })
stirs.onStir(stats.stirred)
stirs.onEnd(stats.ended)

const analyseImage = imageAnalyser({ engine })
const trials = trialEngine({ docker })
const slimImage = imageSlimmer({ engine: trials, publisher: engine, folder: buildFolder, newId: randomUUID, log })
const server = linkedServer()
const fetchFile = fileFetcher({ server })
await sweepWorkFolders(buildFolder, engine.discardContainers).catch((error: unknown) => {
  log.warn('build_leftovers_stay', { error })
})
await trials.removeTrials().catch((error: unknown) => {
  log.warn('trials_not_removed', { error })
})
const mounts = parseCgroupMounts(readKernelFile('/proc/self/mountinfo'), cgroupFolder)
const cache = cacheKeeper({ engine, ledgerPath: config.buildCachePath, log })
const builder = await openImageBuilder({ engine, cache, mounts, log }, stop.signal)
const ledger = await openImageLedger(config.imageLedgerPath, { now: Date.now, log })
const disk = diskHandlers({ engine, ledger, cache, diskFolder: stateFolder, now: Date.now, log })
void sweepPublishTags({ engine, log }, stop.signal)

const backups = backupHandlers({
  backups: backupFolder(config.backupFolder),
  swarmFolder: config.swarmFolder,
  fetchFile,
  now: Date.now,
})

const returning = serverReturn({
  engine: clusterEngine,
  info: engine.info,
  isServerWaitingFor: (machineId, signal) => isServerWaitingFor(docker, machineId, signal),
  clock: monotonicClock,
  log,
})

async function introduce(signal: AbortSignal) {
  const machine = await engine.info(signal)
  const { machineId, isManager } = machine
  return {
    addresses: config.serverAddresses ?? serverAddressesOf(machine),
    ownAddress: isManager ? serverAddressesOf({ ...machine, managerAddresses: [] })[0] : undefined,
    hello: { machineId, isManager, version: config.version, builder: builder.kind },
    handlers: agentHandlers({
      machineEngine: engine,
      clusterEngine: isManager ? clusterEngine : undefined,
      edge,
      told,
      entrance: config,
      procFolder,
      builder,
      buildFolder,
      fetchFile,
      analyseImage,
      slimImage,
      backups,
      disk,
      ledger,
      log,
    }),
  }
}

log.info('agent_started', { version: config.version })
await Promise.all([
  stats.run(stop.signal),
  stirs.run(stop.signal),
  returning.run(stop.signal),
  runServerLink(
    {
      identityFolder,
      verbs: agentVerbs,
      isManager: async (signal) => (await engine.info(signal)).isManager,
      introduce,
      heartbeat: () => ({ ...stats.sample(), edge: edge.status() }),
      onChange: edge.onChange,
      onStir: stirs.onStir,
      onLinked: server.onLinked,
      onReach(reach) {
        edge.setReach(reach)
        returning.setReach(reach)
      },
      lapses,
      log,
    },
    stop.signal,
  ),
])
await edge.close()
log.info('agent_stopped')

import { machineVerbs, PlatformError, type VerbHandlers } from '@berth/contract'
import { type Engine, engineHandlers, engineVerbs, type MachineEngine } from '@berth/engine'
import type { BackupHandlers } from './backups/backup-handlers.ts'
import type { ImageBuilder } from './builder/image-builder.ts'
import { runBuild } from './builds/build-work.ts'
import { tryRepository } from './builds/repository/try-repository.ts'
import type { DiskHandlers } from './disk/disk-handlers.ts'
import type { ImageLedger } from './disk/image-ledger.ts'
import { pullNoted } from './disk/noted-pull.ts'
import type { Edge } from './edge/edge.ts'
import type { AnalyseImage } from './image-analysis/image-analyser.ts'
import type { SlimImage } from './image-slimming/image-slimmer.ts'
import { describeInstance } from './instances/describe-instance.ts'
import { removeLeftovers } from './instances/leftovers.ts'
import type { Log } from './log.ts'
import { type ReachabilityDeps, tryOther } from './reachability/try-machine.ts'
import { registerAnew } from './registration/register-anew.ts'
import type { FetchFile } from './server-link/fetch-file.ts'
import type { ToldInstances } from './truth/told-instances.ts'

/** All that a server can make this machine do. */
export const agentVerbs = { ...machineVerbs, ...engineVerbs }

type Deps = {
  machineEngine: MachineEngine
  /** Only a manager can speak for the cluster. */
  clusterEngine: Engine | undefined
  edge: Pick<Edge, 'apply' | 'probe' | 'overlayAddress' | 'crosses'>
  told: Pick<ToldInstances, 'hear'>
  /** What visitors use. */
  entrance: Omit<ReachabilityDeps, 'edge'>
  procFolder: string
  builder: Pick<ImageBuilder, 'buildImage'>
  /** Where sources are unpacked. */
  buildFolder: string
  fetchFile: FetchFile
  analyseImage: AnalyseImage
  slimImage: SlimImage
  backups: BackupHandlers
  disk: DiskHandlers
  ledger: Pick<ImageLedger, 'noteStep' | 'notePull'>
  log: Log
}

export function agentHandlers(deps: Deps): VerbHandlers<typeof agentVerbs> {
  return { ...machineHandlers(deps), ...(deps.clusterEngine ? engineHandlers(deps.clusterEngine) : workerHandlers()) }
}

function machineHandlers({
  machineEngine,
  edge,
  told,
  entrance,
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
}: Deps): VerbHandlers<typeof machineVerbs> {
  return {
    ...backups,
    ...disk,

    build: (request, context) =>
      runBuild(
        request,
        { engine: { ...machineEngine, ...builder }, folder: buildFolder, fetchFile, ledger, log },
        context,
      ),

    tryRepository: (trial, { signal }) => tryRepository(trial, { folder: buildFolder }, signal),

    setRoutes: (table, { signal }) => edge.apply(table, signal),

    async setInstances(word) {
      told.hear(word)
      return {}
    },

    replaceInstance: async ({ instanceId }, { signal }) => ({
      wasStopped: await machineEngine.stopInstance(instanceId, signal),
    }),

    async pullImage({ image }, { signal, emit }) {
      const onProgress = (progress: string) => void emit(progress)
      await pullNoted(image, { engine: machineEngine, ledger }, { signal, onProgress })
      return {}
    },

    analyseImage: ({ image }, context) => analyseImage(image, context),
    slimImage,

    async followLogs({ instanceId, tail, follow }, { signal, emit }) {
      // One line at a time: the engine is read only as fast as the server takes the lines.
      for await (const line of machineEngine.streamLogs(instanceId, { tail, follow, signal })) await emit(line)
      return {}
    },

    describeInstance: ({ instanceId }, { signal }) =>
      describeInstance(instanceId, { engine: machineEngine, procFolder }, signal),

    removeLeftovers: async ({ known }, { signal }) => ({
      removed: await removeLeftovers(known, { engine: machineEngine, log, now: Date.now }, signal),
    }),

    probeRoute: (input, { signal }) => edge.probe(input, signal),

    describeEdge: async (_, { signal }) => ({ overlayAddress: await edge.overlayAddress(signal) }),

    tryMachine: (other, { signal }) => tryOther(other, { ...entrance, edge }, signal),

    registerAnew: (_, { signal }) => registerAnew(signal),
  }
}

function workerHandlers(): VerbHandlers<typeof engineVerbs> {
  const refuse = async (): Promise<never> => {
    throw new PlatformError('engine_unavailable', 'This machine is a worker: it cannot speak for the cluster', {
      hint: 'Ask the agent of a manager',
    })
  }
  const verbs = Object.keys(engineVerbs) as (keyof typeof engineVerbs)[]
  return Object.fromEntries(verbs.map((verb) => [verb, refuse])) as unknown as VerbHandlers<typeof engineVerbs>
}

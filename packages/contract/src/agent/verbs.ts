import { z } from 'zod'
import { LogLine } from '../app.ts'
import { ImageAnalysis } from '../image-analysis.ts'
import { MachineStats } from '../machine.ts'
import { keepBackup, listBackupFiles, readBackup, writeBackup } from './backup-verbs.ts'
import { build, tryRepository } from './build-verbs.ts'
import { defineVerb } from './channel.ts'
import { awaitCollection, collectRegistry, lookAtDisk, removeCacheRecords, removeImages } from './disk-verbs.ts'
import { ServiceAddresses } from './edge-truth.ts'
import { describeEdge, tryMachine } from './reach-verbs.ts'
import { EdgeStatus, RouteTable } from './route-table.ts'
import { slimImage } from './slim-verbs.ts'

/** An instance as its own machine sees it. */
export const LocalInstance = z.strictObject({
  instanceId: z.string(),
  app: z.string(),
  service: z.string(),
  cpuRatio: z.number(),
  /** Processor time that it has used since it began, in seconds of one core. */
  cpuSeconds: z.number(),
  /** Working set: without the page cache that the kernel can take back. */
  memoryBytes: z.int(),
  memoryLimitBytes: z.int().nullable(),
  // Since it began; null where the kernel does not tell.
  networkReceivedBytes: z.int().nullable(),
  networkSentBytes: z.int().nullable(),
  diskReadBytes: z.int().nullable(),
  diskWrittenBytes: z.int().nullable(),
  /** Of its processes; for the one that ended the instance itself, see `killed`. */
  outOfMemoryKills: z.int().nullable(),
})
export type LocalInstance = z.infer<typeof LocalInstance>

/** An instance that the kernel ended for want of memory. */
export const KilledInstance = z.strictObject({ instanceId: z.string(), app: z.string() })
export type KilledInstance = z.infer<typeof KilledInstance>

export const Heartbeat = z.strictObject({
  stats: MachineStats,
  /** When these instances were read, by the agent's own clock, which only moves forward. */
  sampledAtMs: z.number(),
  instances: z.array(LocalInstance),
  /** Of the last minute; absent where there are none. */
  killed: z.array(KilledInstance).optional(),
  edge: EdgeStatus,
})
export type Heartbeat = z.infer<typeof Heartbeat>

export const Hello = z.strictObject({
  /** The engine's id of this machine, which the cluster lists it under. */
  machineId: z.string(),
  name: z.string(),
  version: z.string(),
  isManager: z.boolean(),
  /** What it builds with; only BuildKit gives secrets to a build. */
  builder: z.enum(['buildkit', 'classic']).optional(),
})
export type Hello = z.infer<typeof Hello>

/** What an agent asks of the server. */
export const serverVerbs = {
  hello: defineVerb({
    input: Hello,
    /** `isManager`: whether it is taken for one, for which its certificate and the cluster must say so, too. */
    output: z.strictObject({ serverId: z.string(), isManager: z.boolean() }),
  }),
  heartbeat: defineVerb({ input: Heartbeat, output: z.strictObject({}) }),
  /** Only those backends that are not as in the heartbeat before it on this connection, which must have been answered. */
  sparseHeartbeat: defineVerb({ input: Heartbeat, output: z.strictObject({}) }),
  /**
   * A new certificate for the key that the request is signed with (PKCS #10). Whether it is a manager's is decided by what the
   * cluster says of this machine.
   */
  renewCertificate: defineVerb({
    input: z.strictObject({ csrPem: z.string().max(8_192) }),
    output: z.strictObject({ certPem: z.string() }),
  }),
  /** An instance began or ended here a moment ago: the cluster is worth a look. Carries nothing that would be believed. */
  stirred: defineVerb({ input: z.strictObject({}), output: z.strictObject({}) }),
}

/** What the server asks of any machine's agent. Always by instance id, which the agent looks up among Berth's own. */
export const machineVerbs = {
  build,
  tryRepository,
  writeBackup,
  listBackupFiles,
  readBackup,
  keepBackup,
  describeEdge,
  tryMachine,
  lookAtDisk,
  removeImages,
  removeCacheRecords,
  collectRegistry,
  awaitCollection,
  /** Answers when the edge serves this table. */
  setRoutes: defineVerb({ input: RouteTable, output: EdgeStatus }),
  /**
   * Where the instances of all services are: the whole first, then what has changed since, and every few seconds at least
   * that nothing has. A word that is not renewed in time is no longer acted upon.
   */
  setInstances: defineVerb({
    input: z.strictObject({ isWhole: z.boolean(), services: z.array(ServiceAddresses), gone: z.array(z.string()) }),
    output: z.strictObject({}),
  }),
  /**
   * Has the engine introduce itself to the cluster's managers anew, over connections of its own choice. `cut`: how many there
   * were before; none where the kernel cannot cut any.
   */
  registerAnew: defineVerb({ input: z.strictObject({}), output: z.strictObject({ cut: z.int() }) }),
  /** Stops one instance in order, within ten seconds; the cluster puts another in its place. False: there is none such. */
  replaceInstance: defineVerb({
    input: z.strictObject({ instanceId: z.string() }),
    output: z.strictObject({ wasStopped: z.boolean() }),
  }),
  /** Events: what the pull is doing, in words. */
  pullImage: defineVerb({
    input: z.strictObject({ image: z.string() }),
    output: z.strictObject({}),
    event: z.string(),
  }),
  /** Of an image that this machine has; one after the other. Events: what is being done, in words. */
  analyseImage: defineVerb({
    input: z.strictObject({ image: z.string() }),
    output: ImageAnalysis,
    event: z.string(),
  }),
  slimImage,
  /** Events: the lines; ends with the instance, or at once unless followed. */
  followLogs: defineVerb({
    input: z.strictObject({ instanceId: z.string(), tail: z.int().min(0), follow: z.boolean() }),
    output: z.strictObject({}),
    event: LogLine.pick({ stream: true, at: true, text: true }),
  }),
  describeInstance: defineVerb({
    input: z.strictObject({ instanceId: z.string() }),
    output: z.strictObject({
      isRunning: z.boolean(),
      exitCode: z.int().nullable(),
      wasOutOfMemory: z.boolean(),
      /** TCP ports that accept connections from outside the instance. */
      listeningPorts: z.array(z.int()),
      /** TCP ports open only to the instance itself (127.0.0.1), a usual mistake. */
      loopbackPorts: z.array(z.int()),
    }),
  }),
  /**
   * Removes what is left of instances that ended a while ago and that the cluster does not know any more, as after a
   * power failure. `known`: all that it does know.
   */
  removeLeftovers: defineVerb({
    input: z.strictObject({ known: z.array(z.string()) }),
    output: z.strictObject({ removed: z.array(z.string()) }),
  }),
  /** One GET through this machine's own edge, to see what a visitor would get. */
  probeRoute: defineVerb({
    input: z.strictObject({ host: z.string(), path: z.string() }),
    output: z.strictObject({
      status: z.int(),
      /** The backend that the edge chose; null if it answered by itself. */
      backend: z.string().nullable(),
    }),
  }),
}

import {
  HeldPart,
  type Image,
  instanceStates,
  MachineRole,
  Placement,
  type RegistryCredentials,
  Resources,
} from '@berth/contract'
import { z } from 'zod'

/** A service as it must run: one process type of one release of one app. */
export const DesiredService = z.strictObject({
  /** Unique in the cluster, and the DNS name of its instances: `<app>-<service>-r<N>`. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  app: z.string(),
  service: z.string(),
  deploymentId: z.string(),
  releaseVersion: z.int(),
  /** Pinned by digest. */
  image: z.string(),
  command: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()),
  network: z.string(),
  replicas: z.int(),
  /** Ids of machines that its instances leave and do not come back to, which must be paused; see specHashOf. */
  avoids: z.array(z.string()),
  resources: Resources,
  stopTimeoutMs: z.int(),
  /** Absent for anywhere, so that the hash of a service that does not use it is the same as before there was any. */
  placement: Placement.optional(),
  /**
   * Where the services of one release find each other by their plain names: each is `<service>.<siblings>`. Absent for one
   * that is alone, for the same reason.
   */
  siblings: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/)
    .optional(),
})
export type DesiredService = z.infer<typeof DesiredService>

export const ObservedService = z.strictObject({
  name: z.string(),
  app: z.string(),
  service: z.string(),
  deploymentId: z.string(),
  releaseVersion: z.int(),
  /** Of everything in the DesiredService but the replicas and what it avoids; see specHashOf. */
  specHash: z.string(),
  replicas: z.int(),
  /** In order. */
  avoids: z.array(z.string()),
  /** Passed back with an update, which is refused if someone else changed the service in between. */
  version: z.int(),
})
export type ObservedService = z.infer<typeof ObservedService>

export const ObservedInstance = z.strictObject({
  id: z.string(),
  serviceName: z.string(),
  app: z.string(),
  service: z.string(),
  deploymentId: z.string(),
  releaseVersion: z.int(),
  /** The place that this instance fills; its successor after a crash has the same. */
  slot: z.int(),
  /** Null until it is placed. */
  machineId: z.string().nullable(),
  state: z.enum(instanceStates),
  /** False once the engine means to stop it. */
  isWanted: z.boolean(),
  /** The engine's own words about a failure or about why it cannot be placed. */
  message: z.string().nullable(),
  exitCode: z.int().nullable(),
  image: z.string(),
  /** One for each network that it is on, from when it is placed; kept when it has ended, and then it may be another's. */
  addresses: z.array(z.strictObject({ network: z.string(), ip: z.string() })),
  createdAt: z.iso.datetime(),
  since: z.iso.datetime(),
})
export type ObservedInstance = z.infer<typeof ObservedInstance>

/** `pause`: nothing new, what runs there stays. `drain`: nothing new, and what runs there is ended at once. */
export const MachineAvailability = z.enum(['active', 'pause', 'drain'])
export type MachineAvailability = z.infer<typeof MachineAvailability>

/** On whose behalf Berth took a machine out of service. */
export const CordonLabel = z.enum(['pressure', 'person', 'drain'])
export type CordonLabel = z.infer<typeof CordonLabel>

export const WantedAvailability = z.discriminatedUnion('availability', [
  z.strictObject({ availability: z.literal('active'), cordonLabel: z.null() }),
  z.strictObject({ availability: z.enum(['pause', 'drain']), cordonLabel: CordonLabel }),
])
export type WantedAvailability = z.infer<typeof WantedAvailability>

export const ObservedMachine = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: MachineRole,
  isLeader: z.boolean(),
  isReady: z.boolean(),
  /** Whether it takes new instances; not while paused or drained. */
  isSchedulable: z.boolean(),
  availability: MachineAvailability,
  /** Null on a machine that is not active: somebody else did that, and Berth leaves it so. */
  cordonLabel: CordonLabel.nullable(),
  /** Whether it is open for a moment, see `openMachine`; everything else here says what it is without that. */
  isOpened: z.boolean(),
  /** What people called it, without the prefix that sets these apart from the engine's other labels. */
  labels: z.record(z.string(), z.string()),
  /** Of Berth's own parts, those that can run nowhere else. */
  holds: z.array(HeldPart),
  /** Passed back with a change, which is refused if the machine was changed in between. */
  version: z.int(),
  address: z.string(),
  engineVersion: z.string(),
  cpuMillis: z.int(),
  memoryBytes: z.int(),
})
export type ObservedMachine = z.infer<typeof ObservedMachine>

/** Resources that something other than Berth, or Berth's own parts, reserved on a machine. */
export const ClusterState = z.strictObject({
  services: z.array(ObservedService),
  instances: z.array(ObservedInstance),
  machines: z.array(ObservedMachine),
  /** What all running instances, also foreign ones, reserve, by machine id. */
  reserved: z.record(z.string(), z.strictObject({ cpuMillis: z.int(), memoryBytes: z.int() })),
})
export type ClusterState = z.infer<typeof ClusterState>

export const ResolvedImage = z.strictObject({
  /** Name with digest, which any machine can pull. */
  image: z.string(),
  /**
   * `machine`: only the manager's engine had it; `private`: its registry gave it for the stored credentials. Both were
   * pushed to Berth's registry.
   */
  source: z.enum(['registry', 'machine', 'private']),
})
export type ResolvedImage = z.infer<typeof ResolvedImage>

export const JoinTokens = z.strictObject({
  worker: z.string(),
  manager: z.string(),
  /** `host:2377` of each manager that answers the others. */
  managerAddresses: z.array(z.string()),
})
export type JoinTokens = z.infer<typeof JoinTokens>

/**
 * The cluster, as the control plane may use it. Every method touches only what carries Berth's label, throws
 * `PlatformError('engine_unavailable')` when no manager answers and `engine_failed` when it refuses.
 */
export interface Engine {
  observe(signal?: AbortSignal): Promise<ClusterState>
  /** Idempotent: a service of that name and app that exists already is left as it is. */
  createService(service: DesiredService, signal?: AbortSignal): Promise<void>
  /** Throws `conflict` when the service is no longer at `fromVersion`. */
  updateService(service: DesiredService, fromVersion: number, signal?: AbortSignal): Promise<void>
  /** Idempotent. Instances get their stop timeout. */
  removeService(name: string, signal?: AbortSignal): Promise<void>
  /** Attachable overlay of a project; idempotent. */
  ensureNetwork(name: string, signal?: AbortSignal): Promise<void>
  /** Idempotent; a network still in use is left for the next time. */
  removeNetwork(name: string, signal?: AbortSignal): Promise<void>
  /**
   * Finds the digest behind a name: in the name's own registry or else in this engine's store, whose image is then
   * pushed to `publishTo` (a repository such as `127.0.0.1:5000/shop`). Throws `image_not_found`, `image_denied`,
   * `registry_unreachable`. `onProgress` gets words for a person.
   */
  resolveImage(
    request: { image: string; publishTo: string; credentials?: readonly RegistryCredentials[] },
    options?: { signal?: AbortSignal; onProgress?: (progress: string) => void },
  ): Promise<ResolvedImage>
  /** Throws `registry_refused`, and `registry_unreachable`. */
  signInToRegistry(credentials: RegistryCredentials, signal?: AbortSignal): Promise<void>
  /**
   * What `resolveImage` would find, with what the image says of itself, and nothing pulled or pushed. Throws what that
   * throws. What a registry does not tell anybody is null.
   */
  inspectImage(image: string, signal?: AbortSignal): Promise<Image>
  /** The engine's own, with which whoever holds one joins as a worker or as a manager. */
  joinTokens(signal?: AbortSignal): Promise<JoinTokens>
  /** Those of before are worth nothing from now on. */
  rotateJoinTokens(signal?: AbortSignal): Promise<void>
  /** Idempotent. Without `force` only one that is down and no manager. */
  removeMachine(id: string, options?: { force?: boolean; signal?: AbortSignal | undefined }): Promise<void>
  /** This and the next two throw `conflict` when the machine is no longer at `fromVersion`. */
  setMachineRole(id: string, role: MachineRole, fromVersion: number, signal?: AbortSignal): Promise<void>
  /** Throws `conflict`, too, for a machine that somebody else paused or drained. */
  setMachineAvailability(
    id: string,
    wanted: WantedAvailability,
    fromVersion: number,
    signal?: AbortSignal,
  ): Promise<void>
  /**
   * Opens a machine that Berth paused or drained, so that what waits to join a network there can, and makes it again what it
   * was once `openMs` are over or the signal aborts. Whatever else waits may be placed there meanwhile. A person's change in
   * between stands. Throws `conflict` for a machine that Berth did not pause.
   */
  openMachine(id: string, openMs: number, signal?: AbortSignal): Promise<void>
  /** Makes one that was left open what it was before. Idempotent. */
  closeMachine(id: string, signal?: AbortSignal): Promise<void>
  /** All of them: what is not named is removed. Other labels of the engine stay. */
  setMachineLabels(
    id: string,
    labels: Readonly<Record<string, string>>,
    fromVersion: number,
    signal?: AbortSignal,
  ): Promise<void>
  /** How often machines must show that they live; one that misses three is taken for down. Idempotent. */
  setHeartbeat(heartbeatMs: number, signal?: AbortSignal): Promise<void>
}

import type { Readable } from 'node:stream'
import { LogLine } from '@berth/contract'
import type { z } from 'zod'
import type { BuildCacheRecord } from '../buildkit/build-cache.ts'
import type { BuildkitBuild } from '../buildkit/build-with-buildkit.ts'
import type { BuiltImage, ImageBuild, ImageBuildListener } from '../image/build-image.ts'
import type { OutsidePush, PushOutcome } from '../image/push-outside.ts'

/** This machine, as its own engine knows it. */
export type MachineInfo = {
  /** The id under which the cluster lists it; empty while it is in no cluster. */
  machineId: string
  name: string
  isManager: boolean
  /** The address that other machines reach it at; empty while it is in no cluster. */
  address: string
  /** Hosts without ports, of all managers that this machine knows. */
  managerAddresses: string[]
  engineVersion: string
  cpus: number
  memoryBytes: number
}

/** Where an engine's BuildKit runs what it builds. */
export type BuildkitTraits = {
  cgroupDriver: string
  /** Whether a build can say below which cgroup it runs. */
  takesCgroupParent: boolean
}

/** One of Berth's own instances on this machine, running or ended. */
export type MachineInstance = {
  instanceId: string
  app: string
  service: string
  containerId: string
  /** 0 once it has ended. */
  pid: number
  isRunning: boolean
  exitCode: number | null
  wasOutOfMemory: boolean
}

/** One that runs now. */
export type LocalInstanceProcess = {
  instanceId: string
  app: string
  service: string
  containerId: string
  pid: number
}

export const InstanceLogLine = LogLine.pick({ stream: true, at: true, text: true })
export type InstanceLogLine = z.infer<typeof InstanceLogLine>

export type LogRequest = { tail: number; follow: boolean; signal?: AbortSignal | undefined }

/** One that does not run any more. */
export type EndedInstance = { instanceId: string; endedAtMs: number }

/** How the edge runs. Anything not said here stays as the engine does it by default. */
export type EdgeContainerSpec = {
  name: string
  image: string
  command: string[]
  env?: Record<string, string>
  /** The network it starts on; others are joined with connectNetwork. */
  network: string
  ports: { containerPort: number; hostPort: number; hostAddress?: string }[]
  volumes: { name: string; path: string; isReadOnly?: boolean }[]
  sysctls?: Record<string, string>
  /** At most what the machine's engine itself may open, or else it does not start. */
  openFiles?: number
  /** Such as `0` for root, where the image names another. */
  user?: string
  /** Lines of resolv.conf, such as `ndots:0`. */
  dnsOptions?: string[]
  /** Beside `berth.role=edge`, which is always set. */
  labels?: Record<string, string>
  /** Such as SIGUSR1; what the engine sends at a stop. */
  stopSignal?: string
  stopTimeoutMs?: number
}

export type EdgeContainer = {
  id: string
  name: string
  image: string
  isRunning: boolean
  /** 0 while it does not run. */
  pid: number
  exitCode: number | null
  /** Of the EdgeContainerSpec it was made from. */
  specHash: string
  startedAt: string
  /** Names of the networks it is on. */
  networks: string[]
}

/** `sizeBytes`: of all its layers, unpacked. */
export type LocalImage = { imageId: string; sizeBytes: number }

/** Any image of this machine, also one that is not Berth's. */
export type MachineImage = {
  imageId: string
  /** That it was built on here; null for one that was pulled. */
  parentId: string | null
  /** Names with a tag, and with a digest. */
  tags: string[]
  digests: string[]
  /** Of all its layers, unpacked. */
  sizeBytes: number
  createdAtMs: number
  /** What each is known by, the lowest first. The same one above others is another layer. */
  layers: string[]
  /** By any container, also by one that has ended. */
  isUsed: boolean
}

export type EndedCommand = { exitCode: number; output: string }

/**
 * What an agent may do with its own machine's engine. Instances are found by instance id among Berth's own; the
 * methods that take a container name refuse (`forbidden`) what does not carry `berth.role=edge`.
 */
export interface MachineEngine {
  info(signal?: AbortSignal): Promise<MachineInfo>

  findInstance(instanceId: string, signal?: AbortSignal): Promise<MachineInstance | undefined>
  listLocalInstances(signal?: AbortSignal): Promise<LocalInstanceProcess[]>
  /** In order: it is asked, and killed ten seconds later. The cluster puts another in its place. False: none such runs. */
  stopInstance(instanceId: string, signal?: AbortSignal): Promise<boolean>
  /** All that the engine still has, also those that the cluster does not know any more. */
  listEndedInstances(signal?: AbortSignal): Promise<EndedInstance[]>
  /** Idempotent; one that runs is left as it is. */
  removeEndedInstance(instanceId: string, signal?: AbortSignal): Promise<void>
  /**
   * Calls back whenever an instance began or ended here, until the signal; throws when the engine stops telling. Once more
   * with its id for one that ended.
   */
  watchInstances(onStir: (endedInstanceId?: string) => void, signal?: AbortSignal): Promise<void>
  /** Throws `instance_not_found`. Ends with the instance, or at once unless followed. */
  streamLogs(instanceId: string, request: LogRequest): AsyncIterable<InstanceLogLine>

  /** Answers at once when the digest is here. Throws `image_not_found`, `image_denied`, `registry_unreachable`. */
  pullImage(
    image: string,
    options?: { signal?: AbortSignal | undefined; onProgress?: ((progress: string) => void) | undefined },
  ): Promise<void>

  /** Undefined where this machine has none of that name. */
  findImage(image: string, signal?: AbortSignal): Promise<LocalImage | undefined>
  /** All of them, with those that other people have. */
  listImages(signal?: AbortSignal): Promise<MachineImage[]>
  /** As many as it has layers. */
  layerSizes(image: MachineImage, signal?: AbortSignal): Promise<number[]>
  /** By a name with digest, which alone goes where there are other names, or by id. Never what is in use. Idempotent. */
  removeImage(
    reference: string,
    signal?: AbortSignal,
  ): Promise<{ isRemoved: true } | { isRemoved: false; reason: string }>
  /** What the cluster's registry has on the disk; undefined where it does not run. */
  measureRegistry(signal?: AbortSignal): Promise<number | undefined>
  /** Throws `not_found` where it does not run. Whatever is pushed meanwhile may be lost; once begun it cannot be stopped. */
  collectRegistryGarbage(): Promise<{ freedBytes: number }>
  /** Until no collection runs, also one that an agent before this one began. */
  untilRegistryCollected(signal?: AbortSignal): Promise<void>
  /** The archive that `docker save` writes. Whoever does not read it to its end destroys it. */
  saveImage(imageId: string, signal?: AbortSignal): Promise<Readable>

  /** A failure of what is built is an answer. When the signal aborts, what the build had started ends. */
  buildImage(build: ImageBuild, listener: ImageBuildListener, signal: AbortSignal): Promise<BuiltImage>
  /** Of a build that was given up, in the order in which it made them. What has a name or is part of another image stays. */
  discardLayers(layerIds: readonly string[]): Promise<void>
  /** Of builds that the engine itself did not live to end. Idempotent. */
  discardContainers(containerIds: readonly string[]): Promise<void>
  /** The same by BuildKit, which holds nothing to limits by itself: they must be set where it runs. */
  buildWithBuildkit(build: BuildkitBuild, listener: ImageBuildListener, signal: AbortSignal): Promise<BuiltImage>
  buildkitTraits(signal?: AbortSignal): Promise<BuildkitTraits>
  /** All of BuildKit's, whoever's builds left it. */
  listBuildCache(signal: AbortSignal): Promise<BuildCacheRecord[]>
  /** Leaves what is in use, or what others are built on. */
  removeBuildCache(ids: readonly string[], signal: AbortSignal): Promise<void>
  /**
   * Into a repository of the cluster's registry; answers with the name with digest, the size and the ports it says it listens on.
   * Then also to a registry outside, if that is wanted, whose refusal is an answer; the image keeps no name for it.
   */
  publishBuilt(
    imageId: string,
    publishTo: string,
    options: { signal: AbortSignal; onProgress?: (progress: string) => void; push?: OutsidePush | undefined },
  ): Promise<{ image: string; imageBytes: number; exposedPorts: number[]; pushed?: PushOutcome }>
  /** Created anew if there is none or if it was made from another spec; started either way. True if it is a new one. */
  ensureContainer(spec: EdgeContainerSpec, signal?: AbortSignal): Promise<boolean>
  startContainer(name: string, signal?: AbortSignal): Promise<void>
  inspectContainer(name: string, signal?: AbortSignal): Promise<EdgeContainer | undefined>
  /** Idempotent; gives it its stop timeout. */
  removeContainer(name: string, signal?: AbortSignal): Promise<void>
  /** Such as SIGUSR2. */
  signalContainer(name: string, unixSignal: string, signal?: AbortSignal): Promise<void>
  /** `output` is both streams, in the order written. */
  execInContainer(name: string, argv: readonly string[], signal?: AbortSignal): Promise<EndedCommand>

  /** Idempotent. */
  connectNetwork(containerName: string, network: string, signal?: AbortSignal): Promise<void>
  /** Idempotent. */
  disconnectNetwork(containerName: string, network: string, signal?: AbortSignal): Promise<void>
  listContainerNetworks(containerName: string, signal?: AbortSignal): Promise<string[]>
  /** On one of its networks; undefined while it is not on it. */
  containerAddress(containerName: string, network: string, signal?: AbortSignal): Promise<string | undefined>
  /** Address of the bridge's own end, such as 172.18.0.1; undefined while there is no such network. */
  networkGateway(network: string, signal?: AbortSignal): Promise<string | undefined>
  /** The bridge network that only the edge is on; idempotent. */
  ensureBridgeNetwork(network: string, signal?: AbortSignal): Promise<void>
}

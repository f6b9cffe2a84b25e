import { PlatformError } from '@berth/contract'
import type { DesiredService, Engine, ObservedMachine } from '../engine.ts'
import { parseImageName, withDigest, withTag } from '../image/image-name.ts'
import { failureFromWords } from '../image/registry-failure.ts'
import { specHashOf } from '../spec-hash.ts'
import { digestOf } from './fake-digest.ts'
import type { FakeInstance } from './fake-instance.ts'
import { type FakeSettings, fakeMachines } from './fake-machines.ts'
import { reservedIn } from './fake-placement.ts'
import { fakeWorld, observedInstance } from './fake-world.ts'

export type FakeFailure = { exitCode?: number | null; message?: string | null }

export const aMachine = (change: Partial<ObservedMachine> = {}): ObservedMachine => ({
  id: 'machine-1',
  name: 'm1',
  role: 'manager',
  isLeader: true,
  isReady: true,
  isSchedulable: true,
  availability: 'active',
  cordonLabel: null,
  isOpened: false,
  labels: {},
  holds: [],
  version: 1,
  address: '10.0.0.1',
  engineVersion: '20.10.24',
  cpuMillis: 4000,
  memoryBytes: 8 * 1024 ** 3,
  ...change,
})

export type FakeEngine = ReturnType<typeof fakeEngine>

/**
 * A cluster in memory. Each step takes every instance one state further (pending, starting, running; stopping, gone);
 * each `observe` is a step, unless `stepsByItself` is false. A command that ends in `exit <n>` ends its instances so.
 */
export function fakeEngine(options: { machines?: ObservedMachine[]; now?: () => Date; stepsByItself?: boolean } = {}) {
  const { machines = [aMachine()], now = () => new Date(), stepsByItself = true } = options
  const world = fakeWorld({ machines, now })
  /** What registries have: name with tag -> digest. */
  const images = new Map<string, string>()
  /** Names with tag of what only the manager's own engine has. */
  const localImages = new Set<string>()
  /** While set, every call throws it. */
  const outage: { error: Error | undefined } = { error: undefined }

  const settings: FakeSettings = { heartbeatMs: 5_000, tokenRotations: 0 }

  const guard = (signal?: AbortSignal) => {
    signal?.throwIfAborted()
    if (outage.error) throw outage.error
  }

  const engine: Engine = {
    async observe(signal) {
      guard(signal)
      if (stepsByItself) world.step()
      return {
        services: [...world.services.values()].map(({ desired, version }) => observedService(desired, version)),
        instances: world.instances.map((instance) => observedInstance(instance)),
        machines: structuredClone(world.machines),
        reserved: reservedIn(world.instances),
      }
    },
    async createService(service, signal) {
      guard(signal)
      refuseForeign(service.name)
      const found = world.services.get(service.name)
      if (found && found.desired.app !== service.app) {
        throw new PlatformError('conflict', `The service ${service.name} exists already and belongs to another app`)
      }
      if (!world.networks.has(service.network)) {
        throw new PlatformError('engine_failed', `network ${service.network} not found`)
      }
      if (!found) world.put(service)
    },
    async updateService(service, fromVersion, signal) {
      guard(signal)
      refuseForeign(service.name)
      if (world.services.get(service.name)?.version !== fromVersion) {
        throw new PlatformError('conflict', `The service ${service.name} is not at version ${fromVersion}`)
      }
      world.put(service)
    },
    async removeService(name, signal) {
      guard(signal)
      refuseForeign(name)
      world.remove(name)
    },
    async ensureNetwork(name, signal) {
      guard(signal)
      world.networks.add(name)
    },
    async removeNetwork(name, signal) {
      guard(signal)
      const isInUse = [...world.services.values()].some(({ desired }) => desired.network === name)
      if (!isInUse) world.networks.delete(name)
    },
    async resolveImage({ image, publishTo }, { signal, onProgress } = {}) {
      guard(signal)
      const name = parseImageName(image)
      const digest = name.digest ?? images.get(withTag(name))
      if (digest) return { image: withDigest(name, digest), source: 'registry' }
      if (!localImages.has(withTag(name))) throw failureFromWords(name, 'manifest unknown')
      onProgress?.('publishing to the cluster’s registry')
      return { image: `${publishTo}@${digestOf(withTag(name))}`, source: 'machine' }
    },
    async signInToRegistry({ host, password }, signal) {
      guard(signal)
      if (password === 'wrong') throw new PlatformError('registry_refused', `${host} refuses these credentials`)
    },
    async inspectImage(image, signal) {
      guard(signal)
      const name = parseImageName(image)
      const digest = name.digest ?? images.get(withTag(name)) ?? null
      if (digest === null && !localImages.has(withTag(name))) throw failureFromWords(name, 'manifest unknown')
      const source = digest === null ? 'machine' : 'registry'
      return { name: image, digest, source, sizeBytes: null, exposedPorts: null, createdAt: null }
    },
    ...fakeMachines({ world, guard, settings }),
  }

  function refuseForeign(name: string) {
    if (!world.foreignServices.has(name)) return
    throw new PlatformError('conflict', `A service named ${name} exists already and is not an app of Berth`)
  }

  return {
    engine,
    services: world.services,
    networks: world.networks,
    foreignServices: world.foreignServices,
    images,
    localImages,
    /** Pinned names that no machine can pull. */
    missingImages: world.missingImages,
    outage,
    settings,
    step: world.step,
    instances: (serviceName: string): FakeInstance[] =>
      world.instances.filter(({ desired }) => desired.name === serviceName),
    /** From now on every instance of the service ends like this, those that run included, until healed. */
    failInstances: (serviceName: string, failure: FakeFailure = {}) =>
      void world.failing.set(serviceName, { exitCode: 1, message: null, ...failure }),
    /** Its new instances stay pending, with this message, until healed. */
    holdInstances: (serviceName: string, message: string) => void world.held.set(serviceName, message),
    healInstances(serviceName: string) {
      world.failing.delete(serviceName)
      world.held.delete(serviceName)
    },
    /** Ends one instance now; the next step gives it a successor. */
    endInstance: (instanceId: string, failure: FakeFailure = {}) =>
      world.end(instanceId, { exitCode: 1, message: null, ...failure }),
    /** What runs on a machine that is no longer ready gets successors on others. */
    setMachines: (next: ObservedMachine[]) => world.setMachines(next),
  }
}

const observedService = (desired: DesiredService, version: number) => ({
  name: desired.name,
  app: desired.app,
  service: desired.service,
  deploymentId: desired.deploymentId,
  releaseVersion: desired.releaseVersion,
  specHash: specHashOf(desired),
  replicas: desired.replicas,
  avoids: desired.avoids.toSorted(),
  version,
})

import { chmod, mkdir, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '@berth/contract'
import Docker from 'dockerode'
import { splitFrames } from '../readiness/part-states.ts'
import { ensureMachineNetwork, freeAddress, listTakenAddresses, removeMachineNetwork } from './machine-network.ts'
import { type MachineLimits, machineOptions } from './machine-options.ts'
import { type MachineSite, machineLabel, socketPathOf } from './machine-site.ts'
import { readMissingCapabilities } from './missing-capabilities.ts'
import { readResolvers } from './resolvers.ts'

const readyDeadlineMs = 60_000
const pollMs = 50
const stopTimeoutS = 20

/** A container with an engine of its own. */
export type MachineContainer = {
  /** Also its host name. */
  name: string
  /** On the network of its site; this host reaches it there. */
  address: string
  /** Where its engine listens, as seen from this host. */
  socketPath: string
  /** Its own engine. */
  docker: Docker
  /** On the engine of this host. */
  container: Docker.Container
}

export type MachineOptions = MachineLimits & {
  name: string
  image?: string | undefined
  signal?: AbortSignal | undefined
}

/** Done when the machine's engine answers. Its image must be there, and no container of its name. */
export async function createMachineContainer(
  outer: Docker,
  site: MachineSite,
  { signal, ...options }: MachineOptions,
): Promise<MachineContainer> {
  const { name } = options
  await rm(site.socketFolder(name), { recursive: true, force: true })
  await mkdir(site.socketFolder(name), { recursive: true, mode: 0o700 })
  const { container, address } = await runContainer(outer, site, options)
  const machine = machineAt(site, { name, address, container })
  try {
    await waitForEngine(machine, signal)
  } catch (error) {
    await removeMachineContainer(outer, site, name)
    throw error
  }
  return machine
}

async function runContainer(outer: Docker, site: MachineSite, options: Omit<MachineOptions, 'signal'>) {
  const { Swarm: swarm } = await outer.info()
  const facts = {
    missingCapabilities: await readMissingCapabilities(),
    resolvers: await readResolvers(),
    hostAddress: swarm?.NodeAddr || undefined,
  }
  const refused: string[] = []
  for (;;) {
    const prefix = await ensureMachineNetwork(outer, site)
    const address = freeAddress(prefix, [...(await listTakenAddresses(outer, site)), ...refused])
    const container = await outer.createContainer(machineOptions(site, { ...options, ...facts, address }))
    try {
      await container.start()
      return { container, address }
    } catch (error) {
      await container.remove({ force: true })
      // Another one may take the address, or the network away, between the look and the start.
      const words = error instanceof Error ? error.message : ''
      const isTaken = /address already in use/i.test(words)
      if (!isTaken && !/network .* not found/i.test(words)) throw error
      if (isTaken) refused.push(address)
    }
  }
}

export async function startMachineContainer(machine: MachineContainer, signal?: AbortSignal): Promise<void> {
  await machine.container.start().catch(ignoreStatus(304))
  await waitForEngine(machine, signal)
}

/** Shuts it down in order. */
export async function stopMachineContainer({ container }: MachineContainer): Promise<void> {
  await container.stop({ t: stopTimeoutS }).catch(ignoreStatus(304))
}

export type KnownMachine = { machine: MachineContainer; isRunning: boolean }

/** Those of a site, running or not, by name. */
export async function listMachineContainers(outer: Docker, site: MachineSite): Promise<KnownMachine[]> {
  const label = Object.entries(site.labels).map(([name, value]) => `${name}=${value}`)
  const containers = await outer.listContainers({ all: true, filters: { label } })
  return containers
    .map(({ Id, Labels, State, NetworkSettings }) => {
      const address = NetworkSettings.Networks[site.network]?.IPAMConfig?.IPv4Address ?? ''
      const place = { name: Labels[machineLabel] ?? '', address, container: outer.getContainer(Id) }
      return { machine: machineAt(site, place), isRunning: State === 'running' }
    })
    .toSorted((a, b) => a.machine.name.localeCompare(b.machine.name, 'en', { numeric: true }))
}

export async function findMachineContainer(
  outer: Docker,
  site: MachineSite,
  name: string,
): Promise<KnownMachine | undefined> {
  return (await listMachineContainers(outer, site)).find(({ machine }) => machine.name === name)
}

/** With its volume and all that was on it; nothing happens where there is none. */
export async function removeMachineContainer(outer: Docker, site: MachineSite, name: string): Promise<void> {
  const container = outer.getContainer(site.containerName(name))
  await container.unpause().catch(() => undefined) // A paused one cannot be removed by older engines.
  await container.remove({ force: true, v: true }).catch(ignoreStatus(404))
  await outer.getVolume(site.containerName(name)).remove({ force: true }).catch(ignoreStatus(404))
  await rm(site.socketFolder(name), { recursive: true, force: true })
  await removeMachineNetwork(outer, site)
}

type Place = { name: string; address: string; container: Docker.Container }

function machineAt(site: MachineSite, place: Place): MachineContainer {
  const socketPath = socketPathOf(site, place.name)
  return { ...place, socketPath, docker: new Docker({ socketPath }) }
}

async function waitForEngine({ name, docker, container, socketPath }: MachineContainer, signal?: AbortSignal) {
  const endMs = performance.now() + readyDeadlineMs
  for (;;) {
    const isUp = await docker.ping().then(
      () => true,
      () => false,
    )
    if (isUp) return chmod(socketPath, 0o600)
    const { State } = await container.inspect()
    if (!State.Running || performance.now() > endMs) {
      const lines = splitFrames(await container.logs({ stdout: true, stderr: true, tail: 20 }))
      throw new PlatformError(
        'engine_failed',
        `The engine of the machine ${name} did not start (${State.Status}):\n${lines.join('\n')}`,
      )
    }
    await sleep(pollMs, undefined, { signal })
  }
}

const ignoreStatus =
  (...statuses: number[]) =>
  (error: { statusCode?: number }) => {
    if (!statuses.includes(error.statusCode ?? 0)) throw error
  }

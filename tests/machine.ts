import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { copyImages, ensureMachineImage } from './machine/machine-image.ts'
import {
  ensureMachineNetwork,
  freeAddress,
  listTakenAddresses,
  removeMachineNetwork,
} from './machine/machine-network.ts'
import {
  containerName,
  endpointAt,
  machineNetwork,
  machineOptions,
  sessionLabel,
  testLabel,
} from './machine/machine-options.ts'
import { readMissingCapabilities } from './machine/missing-capabilities.ts'
import { readResolvers } from './machine/resolvers.ts'

const socketRoot = '/run/berth-test'
const readyDeadlineMs = 60_000
const pollMs = 50

/** A container with an engine of its own, that can fail in all the ways in which a machine can. */
export interface Machine {
  /** Also its host name. */
  name: string
  /** On the network of the test machines; this host reaches it there. */
  address: string
  /** Where its engine listens, as seen from this host. */
  socketPath: string
  docker: Docker
  /** Shuts it down in order. */
  stop(): Promise<void>
  /** Done when its engine answers. */
  start(): Promise<void>
  /** As when the power fails. */
  kill(): Promise<void>
  pause(): Promise<void>
  unpause(): Promise<void>
  /** Pulls the network cable, and puts it in again. */
  disconnect(): Promise<void>
  connect(): Promise<void>
  exec(argv: readonly string[]): Promise<{ exitCode: number; output: string }>
  /** With everything that was on it. */
  remove(): Promise<void>
}

export interface MachineOptions {
  name: string
  runId: string
  /** Images of this host's engine that the machine shall have. */
  images?: readonly string[]
  signal?: AbortSignal
}

/** Done when the machine's engine answers and has the images. One of the same name and run is replaced. */
export async function createMachine({ name, runId, images = [], signal }: MachineOptions): Promise<Machine> {
  const outer = new Docker()
  await ensureMachineImage(outer, signal)
  await removeContainer(outer, containerName({ name, runId }))
  const socketFolder = join(socketRoot, runId, name)
  await rm(socketFolder, { recursive: true, force: true })
  await mkdir(socketFolder, { recursive: true, mode: 0o700 })

  const { container, address } = await startContainer(outer, { name, runId, socketFolder })
  const machine = machineAt(outer, container, { name, address, socketFolder })
  try {
    await waitForEngine(machine.docker, container, signal)
    await copyImages(images, { from: outer, to: machine.docker })
  } catch (error) {
    await machine.remove()
    throw error
  }
  return machine
}

/** Removes every machine of a run, also those that a test left behind. */
export async function removeMachines(runId: string): Promise<void> {
  await removeLabelled(`${testLabel}=${runId}`)
  await rm(join(socketRoot, runId), { recursive: true, force: true })
}

/** Removes what tests left behind that were stopped before their end. */
export async function removeSession(session: string): Promise<void> {
  const containers = await new Docker().listContainers({
    all: true,
    filters: { label: [`${sessionLabel}=${session}`] },
  })
  const runIds = new Set(containers.map(({ Labels }) => Labels[testLabel] ?? ''))
  for (const runId of runIds) if (runId !== '') await removeMachines(runId)
  await removeLabelled(`${sessionLabel}=${session}`)
}

async function removeLabelled(label: string): Promise<void> {
  const outer = new Docker()
  const ours = { filters: { label: [label] } }
  const containers = await outer.listContainers({ all: true, ...ours })
  await Promise.all(containers.map(({ Id }) => removeContainer(outer, Id)))
  const { Volumes: volumes } = await outer.listVolumes(ours)
  await Promise.all((volumes ?? []).map(({ Name }) => outer.getVolume(Name).remove({ force: true })))
  await removeMachineNetwork(outer)
}

type Place = { name: string; runId: string; socketFolder: string }

async function startContainer(outer: Docker, place: Place): Promise<{ container: Docker.Container; address: string }> {
  const missingCapabilities = await readMissingCapabilities()
  const resolvers = await readResolvers()
  const refused: string[] = []
  for (;;) {
    await ensureMachineNetwork(outer)
    const address = freeAddress([...(await listTakenAddresses(outer)), ...refused])
    const options = machineOptions({
      ...place,
      address,
      missingCapabilities,
      resolvers,
      session: process.env.BERTH_TEST_RUN,
    })
    const container = await outer.createContainer(options)
    try {
      await container.start()
      return { container, address }
    } catch (error) {
      await removeContainer(outer, container.id)
      // Another run may take the address, or the network away, between the look and the start.
      const isTaken = error instanceof Error && /address already in use/i.test(error.message)
      const isNetworkGone = error instanceof Error && /network .* not found/i.test(error.message)
      if (!isTaken && !isNetworkGone) throw error
      if (isTaken) refused.push(address)
    }
  }
}

function machineAt(
  outer: Docker,
  container: Docker.Container,
  { name, address, socketFolder }: { name: string; address: string; socketFolder: string },
): Machine {
  const socketPath = join(socketFolder, 'docker.sock')
  const docker = new Docker({ socketPath })
  const network = outer.getNetwork(machineNetwork)
  return {
    name,
    address,
    socketPath,
    docker,
    stop: async () => void (await container.stop({ t: 20 })),
    start: async () => {
      await container.start()
      await waitForEngine(docker, container)
    },
    kill: async () => void (await container.kill()),
    pause: async () => void (await container.pause()),
    unpause: async () => void (await container.unpause()),
    disconnect: async () => void (await network.disconnect({ Container: container.id, Force: true })),
    connect: async () => void (await network.connect({ Container: container.id, EndpointConfig: endpointAt(address) })),
    exec: (argv) => execute(container, argv),
    remove: async () => {
      await removeContainer(outer, container.id)
      await rm(socketFolder, { recursive: true, force: true })
    },
  }
}

async function waitForEngine(docker: Docker, container: Docker.Container, signal?: AbortSignal): Promise<void> {
  const endMs = performance.now() + readyDeadlineMs
  for (;;) {
    const isUp = await docker.ping().then(
      () => true,
      () => false,
    )
    if (isUp) return
    const { State } = await container.inspect()
    if (!State.Running || performance.now() > endMs) {
      const log = await container.logs({ stdout: true, stderr: true, tail: 20 })
      throw new Error(`The engine of the test machine did not start (${State.Status}):\n${log.toString('utf8')}`)
    }
    await sleep(pollMs, undefined, { signal })
  }
}

async function execute(container: Docker.Container, argv: readonly string[]) {
  const exec = await container.exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  const output = new PassThrough()
  container.modem.demuxStream(stream, output, output)
  stream.once('end', () => output.end())
  stream.once('error', (error) => output.destroy(error))
  const words = await text(output)
  const { ExitCode } = await exec.inspect()
  return { exitCode: ExitCode ?? -1, output: words }
}

/** With its volume: the next machine of that name starts from nothing. */
async function removeContainer(outer: Docker, nameOrId: string): Promise<void> {
  const container = outer.getContainer(nameOrId)
  const found = await container.inspect().catch(undefinedIfMissing)
  if (!found) return
  await container.unpause().catch(() => undefined) // A paused one cannot be removed by older engines.
  await container.remove({ force: true, v: true }).catch(undefinedIfMissing)
  for (const { Type, Name } of found.Mounts) {
    if (Type === 'volume' && Name) await outer.getVolume(Name).remove({ force: true }).catch(undefinedIfMissing)
  }
}

function undefinedIfMissing(error: { statusCode?: number }): undefined {
  if (error.statusCode === 404) return undefined
  throw error
}

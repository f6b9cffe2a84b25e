import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import Docker from 'dockerode'
import { copyImages, listMissingImages } from '../packages/installer/src/images/copy-images.ts'
import {
  createMachineContainer,
  findMachineContainer,
  type MachineContainer,
  removeMachineContainer,
  startMachineContainer,
  stopMachineContainer,
} from '../packages/installer/src/machine-containers/machine-container.ts'
import { buildMachineImage, ensureMachineImage } from '../packages/installer/src/machine-containers/machine-image.ts'
import { removeMachineNetwork } from '../packages/installer/src/machine-containers/machine-network.ts'
import { endpointAt, volumeLabels } from '../packages/installer/src/machine-containers/machine-options.ts'
import { type MachineSite, machineLabel } from '../packages/installer/src/machine-containers/machine-site.ts'
import { shareImages } from './shared-images.ts'

const testLabel = 'berth.test'
/** The whole test run that a machine belongs to, whatever its own test called it. */
const sessionLabel = 'berth.test-session'
const socketRoot = '/run/berth-test'

/** A machine that can fail in all the ways in which a machine can. */
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
  /** One with an engine of the Debian release after the usual one. */
  isNewer?: boolean
  signal?: AbortSignal
}

/** Of the machines of one test file: others run beside it, and each removes what is its own. */
export const processRunId = (what: string): string => `${process.env.BERTH_TEST_RUN ?? what}-${process.pid}`

export const testSite = (runId: string): MachineSite => ({
  network: 'berth-test-net',
  networkLabels: { [testLabel]: 'network' },
  prefixes: ['172.30.213'],
  labels: {
    [testLabel]: runId,
    ...(process.env.BERTH_TEST_RUN ? { [sessionLabel]: process.env.BERTH_TEST_RUN } : {}),
    // The role would be inherited from the base image, and this container is not Berth's.
    'berth.role': '',
  },
  containerName: (machine) => `berth-test-${runId}-${machine}`,
  socketFolder: (machine) => join(socketRoot, runId, machine),
  isPermanent: false,
})

/** Done when the machine's engine answers and has the images. One of the same name and run is replaced. */
export async function createMachine({ name, runId, images = [], isNewer, signal }: MachineOptions): Promise<Machine> {
  const outer = new Docker()
  const site = testSite(runId)
  // The usual one was made before all tests; few need the other.
  const image = isNewer
    ? await buildMachineImage(outer, { isNewer, signal })
    : await ensureMachineImage(outer, { signal })
  await removeMachineContainer(outer, site, name)
  await fillDisk(outer, { name, runId, images })
  const machine = withFaults(outer, site, await createMachineContainer(outer, site, { name, image, signal }))
  try {
    const missing = await listMissingImages(machine.docker, images)
    await copyImages(missing, { from: outer, to: machine.docker, signal })
  } catch (error) {
    await machine.remove()
    throw error
  }
  return machine
}

/** Images that a machine has from its start, when it is made later, whoever makes it. */
export async function fillDisk(
  outer: Docker,
  { name, runId, images }: { name: string; runId: string; images: readonly string[] },
): Promise<void> {
  const site = testSite(runId)
  const Name = site.containerName(name)
  await outer.createVolume({ Name, Labels: volumeLabels(site, name) })
  const { Mountpoint: folder } = await outer.getVolume(Name).inspect()
  await shareImages(outer, images, folder)
}

/** One that was made by other means than `createMachine`, such as by a command. */
export async function machineNamed(name: string, runId: string): Promise<Machine> {
  const [outer, site] = [new Docker(), testSite(runId)]
  const found = await findMachineContainer(outer, site, name)
  if (!found) throw new Error(`There is no machine ${name}`)
  return withFaults(outer, site, found.machine)
}

/** Removes every machine of a run, also those that a test left behind. */
export async function removeMachines(runId: string): Promise<void> {
  await removeLabelled(`${testLabel}=${runId}`)
  await rm(join(socketRoot, runId), { recursive: true, force: true })
}

/** Removes what tests left behind that were stopped before their end. */
export async function removeSession(session: string): Promise<void> {
  await removeLabelled(`${sessionLabel}=${session}`)
}

async function removeLabelled(label: string): Promise<void> {
  const outer = new Docker()
  const containers = await outer.listContainers({ all: true, filters: { label: [label] } })
  await Promise.all(
    containers.map(({ Labels }) =>
      removeMachineContainer(outer, testSite(Labels[testLabel] ?? ''), Labels[machineLabel] ?? ''),
    ),
  )
  const { Volumes: volumes } = await outer.listVolumes({ filters: { label: [label] } })
  await Promise.all((volumes ?? []).map(({ Name }) => outer.getVolume(Name).remove({ force: true })))
  await removeMachineNetwork(outer, testSite(''))
}

function withFaults(outer: Docker, site: MachineSite, machine: MachineContainer): Machine {
  const { name, address, socketPath, docker, container } = machine
  const network = outer.getNetwork(site.network)
  return {
    name,
    address,
    socketPath,
    docker,
    stop: () => stopMachineContainer(machine),
    start: () => startMachineContainer(machine),
    kill: async () => void (await container.kill()),
    pause: () => pause(container),
    unpause: async () => void (await container.unpause()),
    disconnect: async () => void (await network.disconnect({ Container: container.id, Force: true })),
    connect: async () => void (await network.connect({ Container: container.id, EndpointConfig: endpointAt(address) })),
    exec: (argv) => execute(container, argv),
    remove: () => removeMachineContainer(outer, site, name),
  }
}

const mostPauses = 5

/** The kernel stops one process after the other, and the runtime gives up where new ones are started as fast. */
async function pause(container: Docker.Container): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return void (await container.pause())
    } catch (error) {
      if (tries === mostPauses || !/unable to freeze/.test(String(error))) throw error
      await delay(500)
    }
  }
}

export async function execute(container: Docker.Container, argv: readonly string[]) {
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

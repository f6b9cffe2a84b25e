import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Backend, BackendStatus, RouteTable } from '@berth/contract'
import { machineEngine } from '@berth/engine'
import type { CreateServiceOptions } from 'dockerode'
import { type Edge, openEdge } from '../../packages/agent/src/edge/edge.ts'
import { edgeFiles } from '../../packages/agent/src/edge/edge-files.ts'
import { parseProc } from '../../packages/agent/src/edge/haproxy-answers.ts'
import { askHaproxy } from '../../packages/agent/src/edge/haproxy-socket.ts'
import { createMachine, type Machine, removeMachines } from '../machine.ts'

export const network = 'berth-project-test'
export const appImage = 'node:26-bookworm-slim'
export const registryImage = 'registry:2'
export const appHost = 'shop.localhost'
const appSource = readFileSync(join(import.meta.dirname, 'app.cjs'), 'utf8')
const quiet = {
  debug() {},
  info() {},
  warn() {},
  error: (event: string, fields?: object) => console.error(event, fields),
}

/** A machine with an edge, driven by this process in the place of an agent. */
export type OneEdge = { machine: Machine; folder: string; edge: Edge }

export async function startOneEdge(): Promise<OneEdge & { close(): Promise<void> }> {
  const runId = randomUUID().slice(0, 8)
  try {
    const machine = await createMachine({ name: 'edge', runId, images: ['haproxy:3.2', appImage, registryImage] })
    await machine.docker.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: machine.address })
    for (const Name of ['berth-system', network]) {
      await machine.docker.createNetwork({ Name, Driver: 'overlay', Attachable: true })
    }
    const folder = await shareEdgeFolder(machine)
    const one = { machine, folder, edge: await openEdgeOf({ machine, folder }) }
    const close = async () => {
      await one.edge.close()
      await removeMachines(runId)
    }
    return Object.assign(one, { close })
  } catch (error) {
    await removeMachines(runId)
    throw error
  }
}

/** The folder that agent and edge share, where this process can be the agent although it is not on the machine. */
async function shareEdgeFolder(machine: Machine) {
  const shared = join(dirname(machine.socketPath), 'edge')
  mkdirSync(shared)
  const DriverOpts = { type: 'none', o: 'bind', device: '/run/docker-host/edge' }
  await machine.docker.createVolume({ Name: 'berth-edge', Driver: 'local', DriverOpts })
  return shared
}

export const openEdgeOf = ({ machine, folder }: Pick<OneEdge, 'machine' | 'folder'>): Promise<Edge> =>
  openEdge({
    engine: machineEngine({ docker: machine.docker }),
    folder,
    config: { domain: 'localhost', httpPort: 80, edgeImage: 'haproxy:3.2', machineAddress: machine.address },
    log: quiet,
  })

export const backend = (name: string, changes: Partial<Backend> = {}): Backend => ({
  name,
  network,
  port: 3000,
  healthPath: '/',
  replayUnsafeRequests: true,
  slots: 8,
  ...changes,
})

export const table = (backends: Backend[], serving: string | null): RouteTable => ({
  backends,
  routes: [{ host: appHost, app: 'shop', backend: serving }],
})

export const r1 = 'shop-web-r1'
export const r2 = 'shop-web-r2'

export async function startApp({ machine }: OneEdge, name: string, replicas = 2, env: string[] = []) {
  await machine.docker.createService({
    Name: name,
    EndpointSpec: { Mode: 'dnsrr' },
    Mode: { Replicated: { Replicas: replicas } },
    TaskTemplate: {
      Networks: [{ Target: network }],
      RestartPolicy: { Condition: 'any', Delay: 500_000_000 },
      ContainerSpec: { Image: appImage, Command: ['node', '-e', appSource], Env: [`VERSION=${name}`, ...env] },
    },
  } as CreateServiceOptions)
}

export async function scale({ machine }: OneEdge, name: string, replicas: number) {
  const service = machine.docker.getService(name)
  const { Spec, Version } = await service.inspect()
  await service.update({ version: Version.Index, ...Spec, Mode: { Replicated: { Replicas: replicas } } })
}

export async function oneInstance({ machine }: OneEdge, name: string) {
  const filters = { label: [`com.docker.swarm.service.name=${name}`] }
  const [instance] = await machine.docker.listContainers({ filters })
  assert.ok(instance)
  return machine.docker.getContainer(instance.Id)
}

export async function untilBackend({ edge }: OneEdge, name: string, isWanted: (status: BackendStatus) => boolean) {
  const deadline = AbortSignal.timeout(40_000)
  for (;;) {
    const status = edge.status().backends.find((found) => found.name === name)
    if (status && isWanted(status)) return status
    if (deadline.aborted) throw new Error(`${name} is ${JSON.stringify(edge.status())}`)
    await delay(20)
  }
}

export const untilUp = (one: OneEdge, name: string, replicas: number) =>
  untilBackend(one, name, ({ up, known }) => up === replicas && known === replicas)

/** Another one after each reload. */
export async function servingWorker({ folder }: OneEdge) {
  const { currentPid } = parseProc(await askHaproxy(edgeFiles(folder).masterSocket, 'show proc'))
  assert.ok(currentPid)
  return currentPid
}

import { setTimeout as delay } from 'node:timers/promises'
import { type EdgeStatus, PlatformError, type RouteTable } from '@berth/contract'
import { aMachine, type Engine, fakeEngine, type ObservedMachine } from '@berth/engine'
import pino from 'pino'
import { activityStore } from '../activity/activity-store.ts'
import type { AgentChannel, AgentConnection, AgentRegistry } from '../agents/agent-registry.ts'
import { idleStats } from '../agents/test-heartbeat.ts'
import { appStore } from '../apps/app-store.ts'
import { createChanges } from '../changes.ts'
import { imageStore } from '../cleanup/image-store.ts'
import { workGate } from '../cleanup/work-gate.ts'
import { clusterObserver } from '../cluster/cluster-observer.ts'
import type { StoreDeps } from '../database/database.ts'
import { runReconcilers } from '../reconcilers.ts'
import { releaseStore } from '../releases/release-store.ts'
import { relocationDriver } from '../relocations/relocation-driver.ts'
import { relocationStore } from '../relocations/relocation-store.ts'
import { routeReconciler } from '../routes/route-reconciler.ts'
import { wantedReader } from '../services/wanted.ts'
import { createSupervisor } from '../supervisor.ts'
import { driveDeployment } from './deployment-driver.ts'
import type { DeploymentRow } from './deployment-row.ts'
import { deploymentStore } from './deployment-store.ts'
import { createWitness } from './witness.ts'

/** A machine with an agent and an edge, played over a fake engine: the edge sees up whatever the engine runs. */
export function playedMachine(machines: ObservedMachine[] = [aMachine()]) {
  const fake = fakeEngine({ machines })
  const served: RouteTable[] = []
  /** Ports that the instances listen on. */
  const world = { listeningPorts: [80], routesReach: true, answersProbes: true, pullMs: 0 }

  const edgeStatus = (): EdgeStatus => {
    const table = served.at(-1)
    return {
      fingerprint: table ? JSON.stringify(table) : null,
      error: null,
      countedAtMs: null,
      backends: (table?.backends ?? []).map(({ name, port }) => {
        const running = fake.instances(name).filter(({ state }) => state === 'running').length
        const up = world.listeningPorts.includes(port) ? running : 0
        return {
          name,
          up,
          known: running,
          inFlight: 0,
          requests: 0,
          errors: 0,
          lastCheck: up < running ? 'connection refused' : null,
        }
      }),
    }
  }
  const backendOf = (host: string) => served.at(-1)?.routes.find((route) => route.host === host)?.backend ?? null

  const answers: Record<string, (input: never) => unknown> = {
    setRoutes: (table: RouteTable) => {
      if (!world.routesReach) throw new Error('The edge refused its configuration')
      served.push(table)
      return edgeStatus()
    },
    pullImage: () => delay(world.pullMs, {}),
    describeInstance: () => ({
      isRunning: true,
      exitCode: null,
      wasOutOfMemory: false,
      listeningPorts: world.listeningPorts,
      loopbackPorts: [],
    }),
    followLogs: () => ({}),
    probeRoute: ({ host }: { host: string }) => ({
      status: 200,
      backend: world.answersProbes ? backendOf(host) : null,
    }),
  }
  const channel = {
    call: async (name: string, input: never) => answers[name]?.(input),
  } as unknown as AgentChannel

  const agent = {
    machineId: 'machine-1',
    name: 'm1',
    version: 'test',
    isManager: true,
    connectedAtMs: 0,
    lastSeenAtMs: 0,
    channel,
    get lastHeartbeat() {
      return { stats: idleStats, sampledAtMs: 0, instances: [], edge: edgeStatus() }
    },
  } satisfies AgentConnection
  const agents: AgentRegistry = {
    list: () => [agent],
    find: (machineId) => (machineId === agent.machineId ? agent : undefined),
    lastSeenAtMs: () => 0,
    managerChannel: () => channel,
    cut: () => undefined,
    onChange: () => () => undefined,
  }
  return { fake, engine: fake.engine, agents, world, backendOf }
}

type Machine = { engine: Engine; agents: AgentRegistry }

/** The part of a server that acts. `kill` leaves everything as it stands at that moment, like a kill -9. */
export function startServer(storeDeps: StoreDeps, { engine, agents }: Machine, lookEveryMs = 20) {
  const log = pino({ level: 'silent' })
  const stop = new AbortController()
  const { signal } = stop
  const now = Date.now
  const changes = createChanges()
  const onChange = changes.notify
  const apps = appStore(storeDeps)
  const releases = releaseStore(storeDeps)
  const deployments = deploymentStore(storeDeps)
  const cluster = clusterObserver({
    engine,
    isBusy: () => true,
    onChange,
    now,
    log,
    times: { busyMs: lookEveryMs, idleMs: lookEveryMs },
  })
  const routes = routeReconciler({ agents, onChange, log, signal })
  const witness = createWitness({ agents, log })
  const domain = 'localhost'
  const activity = activityStore(storeDeps)
  const relocations = relocationStore(storeDeps)
  const registries = { credentialsFor: async () => [] }
  const stores = { apps, releases, deployments, activity, registries }
  const findSeenUse = async () => null
  const tagged: string[] = []
  const clusterRegistry = {
    async tag(name: string, tag: string) {
      tagged.push(`${name} ${tag}`)
      throw new PlatformError('registry_unreachable', 'It is down')
    },
  }
  const images = { imageStore: imageStore(storeDeps), clusterRegistry, gate: workGate() }
  const deps = {
    ...stores,
    ...images,
    engine,
    agents,
    cluster,
    routes,
    witness,
    changes,
    domain,
    findSeenUse,
    now,
    log,
  }
  const supervisor = createSupervisor<DeploymentRow>({
    drive: (row, end) => driveDeployment(row.app, row.id, deps, end),
    log,
  })
  const readWanted = wantedReader(stores)
  const relocating = relocationDriver({
    ...deps,
    relocations,
    readWanted,
    times: { busyMs: lookEveryMs, idleMs: lookEveryMs },
  })
  const loops = Promise.all([
    cluster.run(signal).catch(() => undefined),
    runReconcilers({ ...deps, stores, relocations, supervisor }, signal),
    relocating.run(signal),
  ])

  async function kill() {
    stop.abort(new Error('Killed'))
    await loops
  }

  return { ...stores, relocations, readWanted, routes, changes, cluster, tagged, kill }
}

import { randomBytes } from 'node:crypto'
import { type Heartbeat, PlatformError } from '@berth/contract'
import { fakeEngine } from '@berth/engine'
import pino from 'pino'
import { activityApi } from '../activity/activity-api.ts'
import type { AgentConnection } from '../agents/agent-registry.ts'
import { idleEdge, idleInstance, idleStats } from '../agents/test-heartbeat.ts'
import { appApi } from '../apps/app-api.ts'
import { appReader } from '../apps/app-reader.ts'
import { backupApi } from '../backups/backup-api.ts'
import { buildApi } from '../builds/build-api.ts'
import { buildLogStore } from '../builds/build-log-store.ts'
import { buildStore } from '../builds/build-store.ts'
import { sourceFiles } from '../builds/source-files.ts'
import { createChanges } from '../changes.ts'
import { cleanupApi } from '../cleanup/cleanup-api.ts'
import { imageStore } from '../cleanup/image-store.ts'
import { workGate } from '../cleanup/work-gate.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { cordonStore } from '../cordons/cordon-store.ts'
import { deploymentApi } from '../deployments/deployment-api.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { figureApi } from '../figures/figure-api.ts'
import { figureKeeper } from '../figures/figure-keeper.ts'
import type { EndpointHandler } from '../http/endpoint-handler.ts'
import { imageAnalysisApi } from '../images/image-analysis-api.ts'
import { instanceApi } from '../instances/instance-api.ts'
import { liveApi } from '../live/live-api.ts'
import { liveBoard } from '../live/live-board.ts'
import { livePictureReader } from '../live/live-reader.ts'
import { logApi } from '../logs/log-api.ts'
import { placementApi } from '../placement/placement-api.ts'
import { projectStore } from '../projects/project-store.ts'
import { machineReachability } from '../reachability/reachability.ts'
import { reachabilityApi } from '../reachability/reachability-api.ts'
import { registryApi } from '../registries/registry-api.ts'
import { registryStore } from '../registries/registry-store.ts'
import { releaseApi } from '../releases/release-api.ts'
import { releaseStore } from '../releases/release-store.ts'
import { relocationApi } from '../relocations/relocation-api.ts'
import { relocationStore } from '../relocations/relocation-store.ts'
import { repositoryApi } from '../repositories/repository-api.ts'
import { repositoryStore } from '../repositories/repository-store.ts'
import { wantedReader } from '../services/wanted.ts'
import { settingApi } from '../settings/setting-api.ts'
import { settingStore } from '../settings/setting-store.ts'
import { slimmingApi } from '../slimmings/slimming-api.ts'
import { slimmingBoard } from '../slimmings/slimming-board.ts'
import { createStats } from '../stats/create-stats.ts'
import { callLimit } from '../webhooks/call-limit.ts'
import { webhookApi } from '../webhooks/webhook-api.ts'
import { webhookStore } from '../webhooks/webhook-store.ts'
import { failureLimit } from './failure-limit.ts'
import { guessLimit } from './guess-limit.ts'
import type { Stores } from './test-platform.ts'
import { subject } from './test-requests.ts'

/** A cluster that was not seen yet: what needs one says so, to those who are let in. */
const cluster = {
  current: () => undefined,
  recent: async () => undefined,
  refresh: async () => {
    throw new PlatformError('engine_unavailable', 'There is no cluster')
  },
} as unknown as ClusterObserver

/** Of a machine that the app of the walk runs on. */
const heartbeat: Heartbeat = {
  stats: idleStats,
  sampledAtMs: 0,
  instances: [{ ...idleInstance, app: subject.app }],
  edge: idleEdge,
}

const nothingToCleanUp: Parameters<typeof cleanupApi>[0]['cleanup'] = {
  look: async () => ({ machines: [], steps: [], refusals: [], cleanedAt: null }),
  clean: async ({ isDryRun }) => ({ isDryRun, steps: [], refusals: [], freedBytes: 0 }),
}

/** The endpoints of apps as they are, on the stores of the test. */
export function appHandlers(stores: Stores): EndpointHandler[] {
  const deployments = deploymentStore(stores)
  const releases = releaseStore(stores)
  const urlOf = (app: string) => `http://${app}.example.org`
  const reader = appReader({ ...stores, deployments, cluster, routes: { edges: () => [] }, urlOf })
  const changes = createChanges()
  const agents = { list: () => [], find: () => undefined, lastSeenAtMs: () => undefined }
  const log = pino({ level: 'silent' })
  const figures = figureKeeper({ ...stores, agents, cluster, listApps: stores.apps.list, log })
  const relocations = relocationStore(stores)
  const machines = { view: async () => [] }
  const readPicture = livePictureReader({ ...stores, reader, machines, relocations, cluster, urlOf })
  const measured = { list: () => [{ name: 'one', lastHeartbeat: heartbeat } as AgentConnection] }
  const stats = createStats({ ...stores, agents: measured, cluster, figures, listApps: stores.apps.list, log })
  stats.tick()
  const live = liveBoard({ readPicture, changes, figures, log, signal: stores.signal })
  const builds = {
    ...{
      builds: buildStore({ ...stores, secretKey: Buffer.alloc(32) }),
      buildLogs: buildLogStore(stores),
      sources: sourceFiles('/nowhere'),
    },
    checkArchive: async () => undefined,
    hasSecretsBuilder: () => false,
  }
  const deps = {
    ...stores,
    imageStore: imageStore(stores),
    deployments,
    releases,
    reader,
    cluster,
    changes,
    figures,
    live,
    agents,
    urlOf,
  }
  const routes = { edges: () => [] }
  const relocating = { relocations, readWanted: wantedReader({ ...stores, deployments, releases }), routes }
  return [
    ...appApi(deps),
    ...backupApi({
      ...deps,
      backups: { list: async () => [], create: async () => ({ backups: [], failures: [] }) },
    }),
    ...buildApi({ ...deps, ...builds }),
    ...cleanupApi({ cleanup: nothingToCleanUp }),
    ...deploymentApi(deps),
    ...registryApi({
      ...deps,
      registries: registryStore({ ...stores, key: randomBytes(32) }),
      projects: projectStore(stores),
      engine: fakeEngine().engine,
    }),
    ...repositoryApi({
      ...deps,
      repositories: repositoryStore({ ...stores, key: randomBytes(32) }),
      ask: async () => ({ hostKeys: null, refusal: null }),
    }),
    ...webhookApi({
      ...{ ...deps, webhooks: webhookStore({ ...stores, key: randomBytes(32) }), builds: builds.builds },
      ...{ checkRate: callLimit(stores), guesses: guessLimit(failureLimit(stores)) },
      addressOf: (id) => `${urlOf('berth')}/v1/hooks/${id}`,
    }),
    ...releaseApi(deps),
    ...imageAnalysisApi(deps),
    ...slimmingApi({ ...deps, slimmings: slimmingBoard(stores), gate: workGate() }),
    ...instanceApi(deps),
    ...reachabilityApi({ cluster, reachability: machineReachability({ agents }) }),
    ...placementApi({ ...deps, cordons: cordonStore(stores) }),
    ...logApi(deps),
    ...activityApi(deps),
    ...figureApi(deps),
    ...liveApi(deps),
    ...stats.api(deps),
    ...relocationApi({ ...deps, ...relocating }),
    ...settingApi({ ...deps, settings: settingStore(stores) }),
  ]
}

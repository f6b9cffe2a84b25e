import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { backupKey, remoteEngine } from '@berth/engine'
import { inspectArchive } from '@berth/source'
import pino from 'pino'
import { activityApi } from './activity/activity-api.ts'
import { activityStore } from './activity/activity-store.ts'
import { agentRegistry } from './agents/agent-registry.ts'
import { serveAgents } from './agents/serve-agents.ts'
import { appApi } from './apps/app-api.ts'
import { appReader } from './apps/app-reader.ts'
import { appStore } from './apps/app-store.ts'
import { backupApi } from './backups/backup-api.ts'
import { backupKeeper } from './backups/backup-keeper.ts'
import { databaseCopies } from './backups/database-copy.ts'
import { stateFilesOf } from './backups/state-files.ts'
import { buildApi } from './builds/build-api.ts'
import { buildDeployer } from './builds/build-deployer.ts'
import { buildLogStore } from './builds/build-log-store.ts'
import { runBuilds } from './builds/build-reconciler.ts'
import { buildStore } from './builds/build-store.ts'
import { openSource } from './builds/open-source.ts'
import { sourceFiles } from './builds/source-files.ts'
import { createChanges } from './changes.ts'
import { cleanupApi } from './cleanup/cleanup-api.ts'
import { createCleanup } from './cleanup/create-cleanup.ts'
import { imageStore as createImageStore } from './cleanup/image-store.ts'
import { registryClient } from './cleanup/registry-client.ts'
import { workGate } from './cleanup/work-gate.ts'
import { clusterObserver } from './cluster/cluster-observer.ts'
import { readConfig } from './config.ts'
import { runOpenings } from './cordons/opening-reconciler.ts'
import { openDatabase } from './database/open-database.ts'
import { deploymentApi } from './deployments/deployment-api.ts'
import { driveDeployment } from './deployments/deployment-driver.ts'
import type { DeploymentRow } from './deployments/deployment-row.ts'
import { deploymentStore } from './deployments/deployment-store.ts'
import { createWitness } from './deployments/witness.ts'
import { figureApi } from './figures/figure-api.ts'
import { figureKeeper } from './figures/figure-keeper.ts'
import { failureLimit } from './gate/failure-limit.ts'
import { guessLimit } from './gate/guess-limit.ts'
import { serverMetrics } from './http/metrics.ts'
import { rawRoutes } from './http/raw-routes.ts'
import { serveHttp } from './http/serve-http.ts'
import { imageAnalysisApi } from './images/image-analysis-api.ts'
import { imageApi } from './images/image-api.ts'
import { imageLooks } from './images/image-looks.ts'
import { spreadImages } from './images/image-spread.ts'
import { instanceApi } from './instances/instance-api.ts'
import { sweepLeftovers } from './instances/leftover-sweeper.ts'
import { joinApi } from './joining/join-api.ts'
import { joinDoor } from './joining/join-door.ts'
import { joinTokenStore } from './joining/join-token-store.ts'
import { createJoining } from './joining/joining.ts'
import { holdLease } from './lease/hold-lease.ts'
import { liveApi } from './live/live-api.ts'
import { liveBoard } from './live/live-board.ts'
import { livePictureReader } from './live/live-reader.ts'
import { logApi } from './logs/log-api.ts'
import { certificateRenewal } from './machines/certificate-renewal.ts'
import { identityStore } from './machines/identity-store.ts'
import { machineApi } from './machines/machine-api.ts'
import { machineReader } from './machines/machine-reader.ts'
import { runMachineReconciler } from './machines/machine-reconciler.ts'
import { createPeople } from './people.ts'
import { createPlacement } from './placement/create-placement.ts'
import { machineReachability } from './reachability/reachability.ts'
import { reachabilityApi } from './reachability/reachability-api.ts'
import { offerRebalances } from './rebalance/rebalance-offer.ts'
import { runReconcilers } from './reconcilers.ts'
import { registryApi } from './registries/registry-api.ts'
import { registryStore } from './registries/registry-store.ts'
import { releaseApi } from './releases/release-api.ts'
import { releaseStore } from './releases/release-store.ts'
import { relocationApi } from './relocations/relocation-api.ts'
import { relocationDriver } from './relocations/relocation-driver.ts'
import { relocationStore } from './relocations/relocation-store.ts'
import { repositoryApi } from './repositories/repository-api.ts'
import { repositoryStore } from './repositories/repository-store.ts'
import { repositoryTrial } from './repositories/repository-trial.ts'
import { seenUseFinder } from './reservations/seen-use.ts'
import { routeReconciler } from './routes/route-reconciler.ts'
import { hostOf } from './routes/route-table.ts'
import { wantedReader } from './services/wanted.ts'
import { identityKeys } from './sessions/seal.ts'
import { settingApi } from './settings/setting-api.ts'
import { settingStore } from './settings/setting-store.ts'
import { slimmingApi } from './slimmings/slimming-api.ts'
import { slimmingBoard } from './slimmings/slimming-board.ts'
import { createStats } from './stats/create-stats.ts'
import { createSupervisor } from './supervisor.ts'
import { gatherSystemFacts } from './system/gather-system-facts.ts'
import { sampleFinder } from './system/sample-app.ts'
import { systemApi } from './system/system-api.ts'
import { reachKeeper } from './truth/reach-keeper.ts'
import { tellInstances } from './truth/tell-instances.ts'
import { addTruthMetrics } from './truth/truth-metrics.ts'
import { callLimit } from './webhooks/call-limit.ts'
import { webhookApi } from './webhooks/webhook-api.ts'
import { webhookStore } from './webhooks/webhook-store.ts'

const config = readConfig(process.env)
const log = pino({ level: config.logLevel })
const stop = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
const { signal } = stop
const serverId = randomUUID()
const startedAt = new Date()
const now = Date.now
/** By its name on the network of Berth's own parts, past the edge. */
const registryUrl = 'http://berth-registry:5000'

const database = await openDatabase(config.database)
void database.failed.then((error) => {
  log.fatal({ err: error }, 'database_failed')
  process.exit(1)
})
// Only one server acts. The others do not even listen, so edges and agents find the one that does.
const lease = await holdLease({ location: config.database, database, holder: serverId, log, signal })

const storeDeps = { database, newId: randomUUIDv7, now }
const apps = appStore(storeDeps)
const releases = releaseStore({ database })
const deployments = deploymentStore(storeDeps)
const activity = activityStore(storeDeps)
const identities = identityStore(storeDeps)
const joinTokens = joinTokenStore(storeDeps)
const { registryKey, repositoryKey, webhookKey, buildSecretKey } = identityKeys(config.ca.keyPem)
const registries = registryStore({ ...storeDeps, key: registryKey })
const repositories = repositoryStore({ ...storeDeps, key: repositoryKey })
const webhooks = webhookStore({ ...storeDeps, key: webhookKey })
const builds = buildStore({ ...storeDeps, apps, secretKey: buildSecretKey })
const buildLogs = buildLogStore({ database })
const sources = sourceFiles(config.sourcesFolder)
const relocations = relocationStore(storeDeps)
const settings = settingStore(storeDeps)
const imageStore = createImageStore(storeDeps)
const gate = workGate()
const accessChanges = createChanges()
const people = createPeople({ ...storeDeps, apps, activity, accessChanges, caKeyPem: config.ca.keyPem, log })
await people.tokens.ensure(config.bootstrap.apiToken, 'install', 'admin')
await people.users.ensureAdmin({ email: config.bootstrap.adminEmail, password: config.bootstrap.adminPassword })
await people.projects.ensureFirst('default')

const changes = createChanges()
const onChange = changes.notify
const agents = agentRegistry({ now })
const hasSecretsBuilder = () => agents.list().some(({ builder }) => builder === 'buildkit')
agents.onChange(({ kind }) => (kind === 'stirred' ? cluster.nudge() : onChange()))
const engine = remoteEngine(() => agents.managerChannel())
const routes = routeReconciler({ agents, onChange, log, signal })
const witness = createWitness({ agents, log })
const { domain, httpPort } = config
const urlOf = (app: string) => `http://${hostOf(app, domain)}${httpPort === 80 ? '' : `:${httpPort}`}`

const supervisor = createSupervisor<DeploymentRow>({
  drive: (row, end) =>
    driveDeployment(row.app, row.id, driverDeps, end).finally(() => cleanup.afterDeployment(row.app)),
  log,
})
const cluster = clusterObserver({
  engine,
  isBusy: () => supervisor.isBusy() || relocating.isBusy(),
  onChange,
  now,
  log,
})
const driverDeps = {
  ...{
    apps,
    releases,
    deployments,
    activity,
    registries,
    engine,
    agents,
    cluster,
    routes,
    witness,
    changes,
    imageStore,
    gate,
    domain,
    now,
    log,
  },
  clusterRegistry: registryClient({ url: registryUrl }),
  findSeenUse: seenUseFinder({ findObservedUse: (...asked) => stats.observedUse(...asked), deployments }),
}

const readWanted = wantedReader({ apps, deployments, releases })
const relocationDeps = {
  ...{ relocations, settings, readWanted, engine, cluster, routes, activity, changes, now, log },
}
const relocating = relocationDriver(relocationDeps)

const machines = machineReader({ agents, drainOf: relocating.drainOf, identities })
const reader = appReader({ apps, deployments, cluster, routes, urlOf })
const figures = figureKeeper({ agents, cluster, listApps: apps.list, now, log })
const readPicture = livePictureReader({ reader, activity, machines, cluster, relocations, urlOf })
const stats = createStats({ database, agents, cluster, figures, listApps: apps.list, now, log })
const live = liveBoard({ readPicture, changes, figures, log, signal })
const images = imageLooks({ look: engine.inspectImage, now })
const reach = reachKeeper({ agents, cluster, apps, activity, now, log })
const reachability = machineReachability({ agents })
const metrics = serverMetrics()
stats.addGauges(metrics.registry)
addTruthMetrics(metrics.registry, agents)
const stores = { apps, releases, deployments, activity }
const backups = backupKeeper({
  ...{ ...storeDeps, agents, activity, log },
  key: backupKey(config.ca.keyPem),
  copies: databaseCopies({ ...config.database, folder: config.databaseCopyFolder }),
  stateFiles: stateFilesOf(config),
})
const cleanup = createCleanup({
  ...{ ...stores, imageStore, gate, agents, cluster, settings, stats, registryUrl, now, log, signal },
})
await cleanup.resume()
const apiDeps = {
  ...stores,
  imageStore,
  cleanup,
  engine,
  identities,
  joinTokens,
  agents,
  backups,
  cluster,
  routes,
  changes,
  reader,
  figures,
  live,
  images,
  urlOf,
  log,
}
const placement = createPlacement({ ...stores, database, engine, cluster, agents, machines, metrics, now, log })
const systemFactDeps = {
  ...{ database, lease, cluster, agents, routes, reach, placement, backups, now },
  ...{ version: config.version, askRegistry, cleanup },
}
const http = await serveHttp(
  {
    host: '0.0.0.0',
    port: config.apiPort,
    handlers: [
      ...people.handlers,
      ...appApi(apiDeps),
      ...buildApi({ ...apiDeps, builds, buildLogs, sources, checkArchive, hasSecretsBuilder }),
      ...deploymentApi(apiDeps),
      ...releaseApi(apiDeps),
      ...instanceApi(apiDeps),
      ...logApi(apiDeps),
      ...activityApi(apiDeps),
      ...figureApi(apiDeps),
      ...imageApi(apiDeps),
      ...imageAnalysisApi(apiDeps),
      ...slimmingApi({ ...apiDeps, slimmings: slimmingBoard(storeDeps), gate }),
      ...stats.api(apiDeps),
      ...registryApi({ ...apiDeps, registries, projects: people.projects, engine }),
      ...repositoryApi({ ...apiDeps, repositories, ask: repositoryTrial(agents) }),
      ...webhookApi({
        ...{ ...apiDeps, webhooks, builds, checkRate: callLimit({ now }), guesses: guessLimit(failureLimit({ now })) },
        addressOf: (webhookId) => `${urlOf('berth')}/v1/hooks/${webhookId}`,
      }),
      ...liveApi(apiDeps),
      ...machineApi({ ...apiDeps, machines }),
      ...reachabilityApi({ cluster, reachability }),
      ...backupApi(apiDeps),
      ...cleanupApi(apiDeps),
      ...joinApi({ ...apiDeps, caPem: config.ca.certPem, now }),
      ...placement.handlers,
      ...relocationApi(relocationDeps),
      ...settingApi({ settings, activity }),
      ...systemApi({
        ...apiDeps,
        gatherFacts: () => gatherSystemFacts(systemFactDeps),
        findSample: sampleFinder({ apps, images, now }),
        version: config.version,
        database: database.dialect,
        domain,
        startedAt,
      }),
    ],
    rawRoutes: rawRoutes({ metrics, version: config.version }),
    gate: people.gate,
    streamWatch: { accessChanges, recheckMs: 10_000 },
    metrics,
    log,
  },
  signal,
)
const { ca, version, images: ownImages } = config
const joining = createJoining({
  ...{ ...apiDeps, reachability, ca, now },
  settings: { domain, httpPort, version, images: ownImages },
})
const agentServer = await serveAgents(
  {
    ...{ host: '0.0.0.0', port: config.agentPort, ca, serverId, registry: agents, identities, log },
    files: { source: openSource(builds, sources), database: backups.openDatabase },
    renewCertificate: certificateRenewal({ ca, identities, cluster, now }),
    door: joinDoor({ joining, guesses: guessLimit(failureLimit({ now, free: 50 })), registryUrl, log }),
  },
  signal,
)
log.info({ serverId, version: config.version, database: database.dialect }, 'server_started')

await Promise.all([
  cluster.run(signal).catch(unlessStopping),
  figures.run(signal),
  runMachineReconciler({ engine, identities, agents, activity, cluster, changes, now, log }, signal),
  stats.run(signal),
  placement.run(signal),
  runOpenings({ engine, cluster, routes, registry: metrics.registry, now, log }, signal),
  tellInstances({ agents, cluster, now, log }, signal),
  reach.run(signal),
  runBuilds(
    {
      ...apiDeps,
      builds,
      logs: buildLogs,
      registries,
      repositories,
      sources,
      gate,
      now,
      deploy: buildDeployer({ ...apiDeps, builds }),
    },
    signal,
  ),
  relocating.run(signal),
  backups.run(signal),
  cleanup.run(signal),
  offerRebalances(relocationDeps, signal),
  spreadImages({ agents, readWanted, log }, signal),
  sweepLeftovers({ agents, look: engine.observe, log }, signal),
  runReconcilers(
    { stores: { apps, deployments, releases }, relocations, engine, cluster, routes, supervisor, changes, domain, log },
    signal,
  ),
])
await Promise.all([http.closed, agentServer.closed])
await lease.released
await database.close()
log.info('server_stopped')

function unlessStopping(error: unknown) {
  if (!signal.aborted) throw error
}

/** What would harm is refused while its sender still waits; the machine that builds looks again. */
async function checkArchive(path: string, patience: AbortSignal) {
  await inspectArchive(path, { signal: patience })
}

/** By its name on the network of Berth's own parts, past the edge. */
async function askRegistry(patience: AbortSignal): Promise<number> {
  const { status, body } = await fetch(`${registryUrl}/v2/`, { signal: patience })
  await body?.cancel()
  return status
}

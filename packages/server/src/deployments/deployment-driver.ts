import { type DeploymentFailure, type FailureCode, failureCodes, PlatformError } from '@berth/contract'
import type { ReleaseService } from '../releases/release-store.ts'
import { releaseTags } from '../releases/release-tags.ts'
import { reserveForRelease } from '../reservations/reserve-for-release.ts'
import { reservedResources } from '../reservations/reserved-resources.ts'
import { faceOf, hostOf } from '../routes/route-table.ts'
import { type DriverDeps, gatherFacts, instancesOf, type Memory, releaseOf } from './deployment-facts.ts'
import { type DeploymentDecision, planDeployment } from './deployment-plan.ts'
import { isActive } from './deployment-progress.ts'
import type { DeploymentRow } from './deployment-row.ts'
import { explainMisfit } from './fit-plan.ts'
import { pullEverywhere, resolveImages } from './image-stages.ts'

const lookAgainMs = 400
const tagPatienceMs = 5_000

/**
 * Takes one deployment from the stage that it is in to its end. Everything that matters is in the database and in the
 * cluster, so that another driver can go on at any point. Ends quietly when the deployment was ended by someone else.
 */
export async function driveDeployment(app: string, id: string, deps: DriverDeps, signal: AbortSignal): Promise<void> {
  const memory: Memory = { waitedMs: 0, lastLookMs: undefined, probes: [] }
  await deps.deployments.begin(id)
  for (;;) {
    signal.throwIfAborted()
    const row = await deps.deployments.find(app, id)
    if (!row || !isActive(row)) return
    try {
      await driveStage(row, memory, deps, signal)
    } catch (error) {
      signal.throwIfAborted()
      await endInFailure(row, error, deps)
    }
    deps.changes.notify()
  }
}

function driveStage(row: DeploymentRow, memory: Memory, deps: DriverDeps, signal: AbortSignal): Promise<void> {
  switch (row.stage) {
    case 'resolve':
    case 'release':
      return resolve(row, deps, signal)
    case 'pull':
      return pull(row, deps, signal)
    default:
      return observeAndDecide(row, memory, deps, signal)
  }
}

async function resolve(row: DeploymentRow, deps: DriverDeps, signal: AbortSignal) {
  const onProgress = (detail: string) => tell(row, detail, deps)
  const { project } = await deps.apps.get(row.app)
  const credentials = await deps.registries.credentialsFor(project)
  const how = { engine: deps.engine, credentials, onProgress }
  const onWait = () => onProgress('waiting while the registry is cleaned up')
  // Until there is the release: before that nothing says that what was pushed is needed.
  await deps.gate.enter(['registry'], { signal, onWait }, async () => {
    const { services, detail } = await resolveImages(row.app, row.services, how, signal)
    // Resolved again after a crash between the two: the digest may be newer, which is as good.
    await deps.deployments.advance(row.id, 'resolve', 'release', { detail })
    const { replicas } = await deps.apps.get(row.app)
    const reserved = await reserveForRelease({ app: row.app, replicas, services }, deps)
    const released = await deps.deployments.addRelease(row.id, reserved)
    if (released) await tagImages(released, services, deps, signal)
  })
}

/** For people who pull by release. Nothing else depends on it, so a registry that is down fails nothing. */
async function tagImages(
  { app, releaseVersion }: DeploymentRow,
  services: readonly ReleaseService[],
  { clusterRegistry, log }: DriverDeps,
  signal: AbortSignal,
) {
  if (releaseVersion === null) return
  const patience = AbortSignal.any([signal, AbortSignal.timeout(tagPatienceMs)])
  try {
    for (const { image, tag } of releaseTags({ app, version: releaseVersion, services })) {
      await clusterRegistry.tag(image, tag, patience)
    }
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ app, releaseVersion, err: error }, 'release_not_tagged')
  }
}

async function pull(row: DeploymentRow, deps: DriverDeps, signal: AbortSignal) {
  const release = await releaseOf(row, deps)
  const app = await deps.apps.get(row.app)
  const { machines, reserved } = await deps.cluster.refresh(signal)
  for (const service of release.services) {
    const request = { replicas: app.replicas, resources: reservedResources(service), placement: service.placement }
    const misfit = explainMisfit(request, machines, reserved)
    if (misfit) {
      throw new PlatformError('does_not_fit', `${row.app} does not fit: ${misfit}`, {
        hint: `berth machines explain ${row.app} says what keeps each machine from taking it`,
      })
    }
  }
  const ready = new Set(machines.filter(({ isReady, isSchedulable }) => isReady && isSchedulable).map(({ id }) => id))
  const agents = deps.agents.list().filter(({ machineId }) => ready.has(machineId))
  const images = [...new Set(release.services.map(({ imageDigest }) => imageDigest))]
  const detail = await pullEverywhere(images, agents, (words) => tell(row, words, deps), signal)
  await deps.imageStore.unmarkRemoved(row.app, images)
  await deps.deployments.advance(row.id, 'pull', 'start', { detail })
}

async function observeAndDecide(row: DeploymentRow, memory: Memory, deps: DriverDeps, signal: AbortSignal) {
  const facts = await gatherFacts(row, memory, deps, signal)
  const decision = planDeployment(facts)
  await apply(decision, row, memory, deps, signal)
  if (decision.kind === 'wait' || decision.kind === 'probe') await deps.changes.wait(lookAgainMs, signal)
}

async function apply(
  decision: DeploymentDecision,
  row: DeploymentRow,
  memory: Memory,
  deps: DriverDeps,
  signal: AbortSignal,
): Promise<void> {
  const { deployments, witness, domain } = deps
  switch (decision.kind) {
    case 'wait':
      return tell(row, decision.detail, deps)
    case 'advance':
      await deployments.advance(row.id, row.stage, decision.to, { detail: decision.detail })
      return
    case 'switch_route':
      await deployments.switchRoute(row.id)
      return
    case 'probe':
      memory.probes = await witness.probe({ host: hostOf(row.app, domain), path: await probePathOf(row, deps) }, signal)
      return
    case 'finish':
      await deployments.setDetail(row.id, row.stage, decision.detail)
      if (!(await deployments.finish(row.id, 'succeeded'))) return
      deps.log.info({ app: row.app, deploymentId: row.id, releaseVersion: row.releaseVersion }, 'deployment_succeeded')
      await record('deployment_succeeded', row, `v${row.releaseVersion}`, deps)
      return
    case 'take_back':
      if (!(await deployments.takeBack(row.id, { ...decision.failure, logLines: [] }))) return
      deps.log.warn({ app: row.app, deploymentId: row.id, failure: decision.failure }, 'deployment_taken_back')
      await record('deployment_failed', row, decision.failure.message, deps)
      return
    case 'fail': {
      const witnessed = instancesOf(row, deps).find(({ id }) => id === decision.evidence)
      const logLines = witnessed ? await witness.lastLogLines(witnessed, signal) : []
      await fail(row, { ...decision.failure, logLines }, deps)
    }
  }
}

/** Errors of the stages that work for themselves. What the engine's absence caused is waited out, not blamed on the app. */
async function endInFailure(row: DeploymentRow, error: unknown, deps: DriverDeps) {
  const code = error instanceof PlatformError ? error.code : 'internal'
  if (code === 'engine_unavailable') {
    tell(row, 'waiting for the engine to answer again', deps)
    await deps.changes.wait(1_000, AbortSignal.timeout(2_000))
    return
  }
  if (code === 'internal') deps.log.error({ app: row.app, deploymentId: row.id, err: error }, 'deployment_broke')
  await fail(
    row,
    {
      code: toFailureCode(code, row),
      message: error instanceof PlatformError ? error.message : 'Something failed inside Berth; its log says what',
      hint: error instanceof PlatformError ? (error.hint ?? null) : 'Try again; see the log of berth-server',
      logLines: [],
    },
    deps,
  )
}

function toFailureCode(code: string, { stage }: DeploymentRow): FailureCode {
  if (stage === 'pull' && code !== 'does_not_fit' && code !== 'internal') return 'pull_failed'
  return failureCodes.find((known) => known === code) ?? 'internal'
}

async function fail(row: DeploymentRow, failure: DeploymentFailure, deps: DriverDeps) {
  if (!(await deps.deployments.finish(row.id, 'failed', failure))) return
  deps.log.info({ app: row.app, deploymentId: row.id, code: failure.code }, 'deployment_failed')
  await record('deployment_failed', row, failure.message, deps)
}

/** In the name of who asked for it. An app that was removed meanwhile has nobody left to tell. */
async function record(
  kind: string,
  { app, requestedBy }: DeploymentRow,
  detail: string,
  { apps, activity }: DriverDeps,
) {
  const found = await apps.find(app)
  if (found) await activity.add({ actor: requestedBy, kind, app, project: found.project, detail })
}

/** For people to see; nothing depends on it, so nothing waits for it. */
function tell(row: DeploymentRow, detail: string, { deployments, changes, log }: DriverDeps) {
  if (row.steps.find(({ stage }) => stage === row.stage)?.detail === detail) return
  deployments
    .setDetail(row.id, row.stage, detail)
    .then(() => changes.notify())
    .catch((error: unknown) => log.warn({ err: error }, 'detail_not_recorded'))
}

async function probePathOf(row: DeploymentRow, deps: DriverDeps): Promise<string> {
  return faceOf((await releaseOf(row, deps)).services)?.healthCheck.path ?? '/'
}

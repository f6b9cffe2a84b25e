import type { BuildFailure } from '@berth/contract'
import type { Logger } from 'pino'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { Changes } from '../changes.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { createSupervisor } from '../supervisor.ts'
import { type BuildDriverDeps, driveBuild } from './build-driver.ts'
import { buildMachinesOf } from './build-machines.ts'
import { explainQueue, planBuilds } from './build-plan.ts'
import type { BuildRow } from './build-row.ts'
import type { BuildStore } from './build-store.ts'
import type { SourceFiles } from './source-files.ts'

export type BuildReconcilerDeps = BuildDriverDeps & {
  builds: BuildStore
  sources: SourceFiles
  agents: Pick<AgentRegistry, 'list' | 'find'>
  cluster: Pick<ClusterObserver, 'current'>
  changes: Changes
  /** Turns what was built into a deployment; see buildDeployer. */
  deploy(build: BuildRow): Promise<void>
  log: Logger
}

const passEveryMs = 1_000
/** An upload that takes longer was given up. */
const uploadPatienceMs = 60 * 60_000

/** Runs passes until the signal ends it: begins, ends, repeats and deploys builds. A pass that breaks is followed by the next. */
export async function runBuilds(deps: BuildReconcilerDeps, signal: AbortSignal): Promise<void> {
  const supervisor = createSupervisor<BuildRow>({
    drive: (row, end) => driveBuild(row, deps, end),
    log: deps.log,
  })
  while (!signal.aborted) {
    const changed = deps.changes.wait(passEveryMs, signal)
    changed.catch(() => undefined)
    try {
      await pass(deps, supervisor)
    } catch (error) {
      if (!signal.aborted) deps.log.error({ err: error }, 'build_pass_failed')
    }
    await changed.catch(() => undefined)
  }
  await supervisor.stopAll()
}

async function pass(deps: BuildReconcilerDeps, supervisor: ReturnType<typeof createSupervisor<BuildRow>>) {
  const { builds, sources } = deps
  await queueOrphans(deps, supervisor.isDriving)
  await begin(await builds.listUnderWay(), deps)
  const underWay = await builds.listUnderWay()
  supervisor.supervise(underWay.filter(({ state }) => state === 'running'))
  await failForgotten(underWay, deps)
  for (const built of await builds.listToDeploy()) await deps.deploy(built)
  await sources.keepOnly(new Set(underWay.map(({ id }) => id)))
}

/** Those that a server before this one drove: what their machine did ended with it. */
async function queueOrphans({ builds }: BuildReconcilerDeps, isDriving: (id: string) => boolean) {
  for (const { id, state } of await builds.listUnderWay()) {
    if (state !== 'running' || isDriving(id)) continue
    await builds.queueAgain(id, 'The server was started anew; so is the build')
  }
}

async function begin(underWay: readonly BuildRow[], { builds, cluster, agents, changes }: BuildReconcilerDeps) {
  const state = cluster.current()
  if (!state || !underWay.some(({ state }) => state === 'queued')) return
  const machines = buildMachinesOf(state, agents)
  const apps = new Set(underWay.map(({ app }) => app))
  const lastMachines = new Map(
    await Promise.all([...apps].map(async (app) => [app, await builds.lastMachineOf(app)] as const)),
  )
  for (const { buildId, machine } of planBuilds(underWay, machines, (app) => lastMachines.get(app) ?? null)) {
    if (await builds.start(buildId, machine)) changes.notify()
  }
  for (const build of (await builds.listUnderWay()).filter(({ state }) => state === 'queued')) {
    const detail = explainQueue(build, underWay, machines)
    if (detail !== build.detail) await builds.explain(build.id, detail)
  }
}

async function failForgotten(underWay: readonly BuildRow[], { builds, now }: BuildReconcilerDeps) {
  for (const { id, createdAtMs } of underWay.filter(({ state }) => state === 'waiting')) {
    if (now() - createdAtMs < uploadPatienceMs) continue
    await builds.fail(id, neverArrived)
  }
}

const neverArrived: BuildFailure = {
  code: 'source_missing',
  message: 'The source never arrived',
  hint: 'Deploy it again',
  logLines: [],
}

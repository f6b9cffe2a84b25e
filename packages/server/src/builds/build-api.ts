import {
  type BuildFailure,
  type BuildLogLine,
  cancelBuild,
  createBuild,
  followBuild,
  followBuildLog,
  getBuild,
  getBuildDockerfile,
  listBuilds,
  PlatformError,
  uploadSource,
} from '@berth/contract'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { Changes } from '../changes.ts'
import { handle } from '../http/endpoint-handler.ts'
import { watchRow } from '../watch-row.ts'
import type { BuildLogStore } from './build-log-store.ts'
import { positionsOf } from './build-plan.ts'
import { type BuildRow, isUnderWay } from './build-row.ts'
import type { BuildStore } from './build-store.ts'
import { viewBuild } from './build-view.ts'
import type { SourceFiles } from './source-files.ts'

type Deps = {
  apps: Pick<AppStore, 'get'>
  builds: BuildStore
  buildLogs: BuildLogStore
  sources: SourceFiles
  /** Throws `archive_invalid` for what is no archive, or one that would harm. */
  checkArchive(path: string, signal: AbortSignal): Promise<void>
  /** Whether there is a machine that can give secrets to a build. */
  hasSecretsBuilder(): boolean
  activity: Pick<ActivityStore, 'add'>
  changes: Changes
}

export const buildApi = (deps: Deps) => {
  const { apps, builds, activity, changes } = deps

  async function view(row: BuildRow) {
    const { project } = await apps.get(row.app)
    const positions = row.state === 'queued' ? positionsOf(await builds.listUnderWay()) : new Map<string, number>()
    return viewBuild(row, { project, position: positions.get(row.id) ?? null })
  }
  async function* views(rows: AsyncIterable<BuildRow>) {
    for await (const row of rows) yield await view(row)
  }

  return [
    handle(createBuild, async ({ body, caller }) => {
      const { deploy = null, ...rest } = body
      if (Object.keys(body.secrets).length > 0 && !deps.hasSecretsBuilder()) throw noSecretsBuilder()
      const row = await builds.add({
        ...{ ...rest, deploy, requestedBy: caller.name },
        mustHaveProject: !caller.isAdmin,
      })
      const { app, project } = body
      await activity.add({ actor: caller.name, kind: 'build_requested', app, project, detail: describeSource(row) })
      changes.notify()
      return view(row)
    }),

    handle(uploadSource, async ({ params: { app, buildId }, uploaded, signal }) => {
      const build = await builds.get(app, buildId)
      if (build.state !== 'waiting') throw notWaiting(build)
      const sizeBytes = await receive(build, uploaded, deps, signal)
      const queued = await builds.queue(build.id, sizeBytes)
      if (!queued) throw notWaiting(await builds.get(app, buildId))
      changes.notify()
      return view(queued)
    }),

    handle(listBuilds, async ({ params: { app }, query }) => {
      await apps.get(app)
      return Promise.all((await builds.list(app, query)).map(view))
    }),

    handle(getBuild, async ({ params: { app, buildId } }) => view(await builds.get(app, buildId))),

    handle(followBuild, async ({ params: { app, buildId }, signal }) => {
      const read = () => builds.get(app, buildId)
      await read() // Refuses before the stream begins.
      return views(watchRow({ read, hasEnded, changes }, signal))
    }),

    handle(followBuildLog, async ({ params: { app, buildId }, query: { follow, skip }, signal }) => {
      const read = () => builds.get(app, buildId)
      await read()
      return followLog(buildId, skip, { ...deps, isOver: async () => !follow || !isUnderWay(await read()) }, signal)
    }),

    handle(getBuildDockerfile, async ({ params: { app, buildId } }) => {
      const { dockerfile, isGenerated } = await builds.get(app, buildId)
      return { text: dockerfile, isGenerated }
    }),

    handle(cancelBuild, async ({ params: { app, buildId }, caller }) => {
      const { project } = await apps.get(app)
      const build = await builds.get(app, buildId)
      const cancelled = await builds.cancel(build.id, `cancelled by ${caller.name}`)
      if (!cancelled) throw notUnderWay(await builds.get(app, buildId))
      await activity.add({ actor: caller.name, kind: 'build_cancelled', app, project, detail: describeSource(build) })
      changes.notify()
      return view(cancelled)
    }),
  ]
}

/** An archive that is refused or breaks off ends its build: nothing is left that would wait. */
async function receive(
  build: BuildRow,
  uploaded: Parameters<SourceFiles['receive']>[1],
  deps: Deps,
  signal: AbortSignal,
) {
  const { builds, sources, checkArchive, changes } = deps
  try {
    const { path, sizeBytes } = await sources.receive(build.id, uploaded, signal)
    await checkArchive(path, signal)
    return sizeBytes
  } catch (error) {
    // Another upload to the same build goes on.
    if (error instanceof PlatformError && error.code === 'conflict') throw error
    await sources.remove(build.id)
    await builds.fail(build.id, whyNotReceived(error))
    changes.notify()
    throw error
  }
}

function whyNotReceived(error: unknown): BuildFailure {
  if (error instanceof PlatformError) {
    return { code: 'archive_invalid', message: error.message, hint: error.hint ?? null, logLines: [] }
  }
  return { code: 'source_missing', message: 'The upload broke off', hint: 'Deploy it again', logLines: [] }
}

/** Built and to be deployed: followed on until its deployment is known. */
const hasEnded = (row: BuildRow) =>
  !isUnderWay(row) && !(row.state === 'succeeded' && row.deploy !== null && row.deploymentId === null)

const pageLines = 1_000
const lookAgainMs = 500

type Followed = { buildLogs: BuildLogStore; changes: Changes; isOver(): Promise<boolean> }

async function* followLog(
  buildId: string,
  skip: number,
  { buildLogs, changes, isOver }: Followed,
  signal: AbortSignal,
): AsyncGenerator<BuildLogLine> {
  let read = skip
  for (;;) {
    const changed = changes.wait(lookAgainMs, signal)
    changed.catch(() => undefined)
    // Asked first: lines that come between the two questions are then read in the next round.
    const wasOver = await isOver()
    const lines = await buildLogs.read(buildId, { skip: read, limit: pageLines })
    yield* lines
    read += lines.length
    if (lines.length === pageLines) continue
    if (wasOver) return
    await changed
  }
}

const describeSource = ({ source }: Pick<BuildRow, 'source'>) =>
  source.kind === 'git' ? `${source.url}${source.ref ? ` at ${source.ref}` : ''}` : source.name

const noSecretsBuilder = () =>
  new PlatformError('secrets_unsupported', 'No machine of this cluster can give secrets to a build', {
    hint: 'That takes Docker 23 or newer, or one with the cgroupfs driver, on a machine whose agent is connected',
  })

const notWaiting = ({ state }: BuildRow) =>
  new PlatformError('build_finished', `The build is ${state}; it does not wait for a source`, {
    hint: 'Ask for a new build',
  })

const notUnderWay = ({ state }: BuildRow) =>
  new PlatformError('build_finished', `The build has ${state}, so there is nothing to cancel`)

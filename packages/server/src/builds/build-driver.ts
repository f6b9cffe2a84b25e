import { type BuildEvent, type BuildOutcome, type BuildSecrets, PlatformError } from '@berth/contract'
import type { Logger } from 'pino'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AgentRegistry } from '../agents/agent-registry.ts'
import type { AppStore } from '../apps/app-store.ts'
import type { Changes } from '../changes.ts'
import type { WorkGate } from '../cleanup/work-gate.ts'
import type { RegistryStore } from '../registries/registry-store.ts'
import type { RepositoryStore } from '../repositories/repository-store.ts'
import type { BuildLogStore } from './build-log-store.ts'
import { type BuildLogWriter, buildLogWriter } from './build-log-writer.ts'
import { type BuildReport, type BuildRow, keptBuilds } from './build-row.ts'
import type { BuildStore } from './build-store.ts'

export type BuildDriverDeps = {
  builds: BuildStore
  logs: BuildLogStore
  apps: Pick<AppStore, 'find'>
  registries: Pick<RegistryStore, 'credentialsFor'>
  repositories: Pick<RepositoryStore, 'credentialsFor'>
  activity: Pick<ActivityStore, 'add'>
  agents: Pick<AgentRegistry, 'list'>
  changes: Changes
  gate: Pick<WorkGate, 'enter'>
  now(): number
  log: Logger
}

/** A build that loses its machine begins anew elsewhere, but not for ever: it may be what takes the machines down. */
const mostAttempts = 3
const keptLogLines = 30

/** Has the build's machine build it, and records what it tells, up to its end. Ends quietly when the signal aborts. */
export async function driveBuild(row: BuildRow, deps: BuildDriverDeps, signal: AbortSignal): Promise<void> {
  const { logs, now, changes, log } = deps
  const writer = buildLogWriter(row.id, {
    logs,
    now,
    onStored: changes.notify,
    onError: (error) => log.error({ err: error, buildId: row.id }, 'build_log_not_stored'),
  })
  const onWait = () => writer.say('Waiting while old images are removed')
  writer.say(`Building on ${row.machine}${row.attempts > 1 ? ` (attempt ${row.attempts})` : ''}`)
  for (const words of describeGiven(row)) writer.say(words)
  try {
    // Until it is recorded what was built: before that nothing says that its image is needed.
    await deps.gate.enter(['registry', `machine ${row.machine}`], { signal, onWait }, async () => {
      const outcome = await askMachine(row, writer, deps, signal)
      await writer.flush()
      await settle(row, outcome, deps)
    })
  } catch (error) {
    await writer.flush()
    if (signal.aborted) return
    await recover(row, error, deps)
  }
  await deps.builds.trim(row.app, keptBuilds)
  changes.notify()
}

/** What the build was given: arguments as they are, secrets by name. */
function describeGiven({ options: { args }, secretNames }: BuildRow): string[] {
  const given = Object.entries(args).map(([name, value]) => `Argument ${name}=${value}`)
  return secretNames.length > 0 ? [...given, `Secrets: ${secretNames.join(', ')}`] : given
}

async function askMachine(
  build: BuildRow,
  writer: BuildLogWriter,
  { apps, registries, repositories, builds, agents, changes, log }: BuildDriverDeps,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const { id, app, source, options, machine } = build
  const project = (await apps.find(app))?.project ?? ''
  const credentials = await registries.credentialsFor(project)
  const repository = source.kind === 'git' ? await repositories.credentialsFor(project, source.url) : undefined
  const agent = agents.list().find(({ name }) => name === machine)
  if (!agent) throw new PlatformError('engine_unavailable', `${machine} is not connected`)
  // One after the other and all before the outcome: what is told of a build that has ended is dropped.
  let reported = Promise.resolve()
  const report = (news: BuildReport) => {
    reported = reported
      .then(() => builds.report(id, news))
      .then(
        () => changes.notify(),
        (error: unknown) => log.warn({ err: error, buildId: id }, 'build_report_not_recorded'),
      )
  }
  const onEvent = (event: BuildEvent) => {
    if (event.kind === 'lines') writer.add(event.lines)
    else report(reportOf(event))
  }
  const secrets = await builds.secretsOf(build)
  const given = { ...(repository ? { repository } : {}), ...(isEmpty(secrets) ? {} : { secrets }) }
  const asked = { buildId: id, app, source, options, credentials, ...given }
  try {
    return await agent.channel.call('build', asked, { signal, onEvent })
  } finally {
    await reported
  }
}

/** An agent of an earlier version knows no secrets, and can build without. */
const isEmpty = (secrets: BuildSecrets) => Object.keys(secrets).length === 0

function reportOf(event: Exclude<BuildEvent, { kind: 'lines' }>): BuildReport {
  switch (event.kind) {
    case 'steps':
      return { steps: event.steps }
    case 'detail':
      return { detail: event.detail }
    case 'commit':
      return { commitId: event.commit }
    case 'recognized':
      return { recognizedAs: event.as, dockerfile: event.dockerfile, isGenerated: event.isGenerated }
  }
}

async function settle(row: BuildRow, outcome: BuildOutcome, deps: BuildDriverDeps) {
  if (outcome.kind === 'built') {
    const { images } = outcome
    if (!(await deps.builds.succeed(row.id, images))) return
    await record('build_succeeded', row, images.map(({ image }) => image).join(', '), deps)
    return
  }
  const logLines = await deps.logs.tail(row.id, keptLogLines)
  if (!(await deps.builds.fail(row.id, { ...outcome.failure, logLines }))) return
  await record('build_failed', row, outcome.failure.message, deps)
}

/** What is the fault of neither the source nor its author. */
async function recover(row: BuildRow, error: unknown, deps: BuildDriverDeps) {
  const { builds, logs, log } = deps
  const isLost = error instanceof PlatformError && error.code === 'engine_unavailable'
  if (isLost && row.attempts < mostAttempts) {
    await logs.append(row.id, [
      { at: new Date(deps.now()).toISOString(), text: `${row.machine} was lost: ${error.message}` },
    ])
    await builds.queueAgain(row.id, `${row.machine} was lost; it begins anew`)
    return
  }
  if (!isLost) log.error({ err: error, buildId: row.id }, 'build_broke')
  const words = isLost
    ? {
        code: 'machine_lost' as const,
        message: `The build lost its machine ${mostAttempts} times, at last: ${error.message}`,
        hint: 'See berth machines; give the build less memory, if it is what takes them down',
      }
    : { code: 'internal' as const, message: ourFailure(error), hint: hintOf(error) }
  const failure = { ...words, logLines: await logs.tail(row.id, keptLogLines) }
  if (await builds.fail(row.id, failure)) await record('build_failed', row, failure.message, deps)
}

const ourFailure = (error: unknown) =>
  error instanceof PlatformError ? error.message : 'Something failed inside Berth; its log says what'

const hintOf = (error: unknown) =>
  error instanceof PlatformError ? (error.hint ?? null) : 'Try again; see the log of berth-server'

/** In the name of who asked for it. An app that was removed meanwhile has nobody left to tell. */
async function record(kind: string, { app, requestedBy }: BuildRow, detail: string, deps: BuildDriverDeps) {
  const found = await deps.apps.find(app)
  if (found) await deps.activity.add({ actor: requestedBy, kind, app, project: found.project, detail })
}

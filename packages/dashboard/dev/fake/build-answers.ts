import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addRegistry,
  type Build,
  type BuildLogLine,
  cancelBuild,
  createBuild,
  followBuild,
  followBuildLog,
  getBuild,
  getBuildDockerfile,
  listBuilds,
  listRegistries,
  listUsableRegistries,
  PlatformError,
  type RequestOf,
  removeRegistry,
  testRegistry,
  uploadSource,
} from '@berth/contract'
import { inspectArchive } from '@berth/source'
import { type Answer, answer, notFound } from './answer.ts'
import { beginBuild, buildsIn, follow, isUnderWay, logOf } from './building.ts'
import { publish } from './deploying.ts'
import { newId, sampleApp } from './sample-apps.ts'
import { dockerfile, newBuild } from './sample-builds.ts'
import type { World } from './world.ts'

const deployed = new WeakSet<Build>()

function getOne(world: World, { app, buildId }: { app: string; buildId: string }): Build {
  const found = buildsIn(world, app).find(({ id }) => id === buildId)
  if (!found) throw notFound('build_not_found', `App ${app} has no build ${buildId}`)
  return found
}

/** The names of what arrived, read as the server reads it. */
async function listEntries(archive: Buffer): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-fake-'))
  try {
    const path = join(folder, 'archive')
    await writeFile(path, archive)
    return (await inspectArchive(path)).entries.map((entry) => entry.path)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** As the log of a real one tells of what it was given. */
function describeOptions({ options: { args, pushTo }, secrets }: RequestOf<typeof createBuild>['body']) {
  const words = [
    ...Object.entries(args).map(([name, value]) => `Argument ${name}=${value}`),
    ...Object.keys(secrets).map((name) => `Secret ${name}`),
    ...(pushTo ? [`Publishing the image, and pushing it to ${pushTo}`] : []),
  ]
  return words.map((text): BuildLogLine => ({ at: new Date().toISOString(), text }))
}

const end = (build: Build, change: Partial<Build>) =>
  Object.assign(build, { finishedAt: new Date().toISOString(), ...change })

export const buildAnswers = (life: AbortSignal): Answer[] => [
  answer(createBuild, ({ body }, { world }) => {
    const { app, project, source, deploy, secrets } = body
    if (world.scenario === 'pressed' && Object.keys(secrets).length > 0)
      throw new PlatformError('secrets_unsupported', 'No machine of this cluster can give secrets to a build', {
        hint: 'That takes Docker 23 or newer',
      })
    if (!world.apps.has(app)) {
      const sample = sampleApp({ name: app, project, state: 'empty', replicas: deploy?.replicas ?? 1 })
      world.apps.set(app, sample)
      publish(world, sample)
    }
    const build = newBuild({ app, project, source, requestedBy: world.me.name })
    buildsIn(world, app).unshift(build)
    logOf(build).push(...describeOptions(body))
    if (deploy) deployed.add(build)
    if (source.kind === 'git') beginBuild(world, build, { isDeployed: deployed.has(build) }, life)
    return build
  }),
  answer(uploadSource, async ({ params }, { world, uploaded }) => {
    const build = getOne(world, params)
    if (build.state !== 'waiting') throw new PlatformError('build_finished', `The build is ${build.state}`)
    try {
      const entries = await listEntries(uploaded)
      logOf(build).push({ at: new Date().toISOString(), text: `The source has ${entries.sort().join(' ')}` })
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error
      const failure = {
        code: 'archive_invalid' as const,
        message: error.message,
        hint: error.hint ?? null,
        logLines: [],
      }
      end(build, { state: 'failed', failure })
      throw error
    }
    Object.assign(build.source, { sizeBytes: uploaded.length })
    beginBuild(world, build, { isDeployed: deployed.has(build) }, life)
    return build
  }),
  answer(listBuilds, ({ params, query }, { world }) => buildsIn(world, params.app).slice(0, query.limit)),
  answer(getBuild, ({ params }, { world }) => getOne(world, params)),
  answer(followBuild, ({ params }, { world, signal }) => {
    const build = getOne(world, params)
    let sent = ''
    const next = () => {
      const now = JSON.stringify(build)
      if (now === sent) return []
      sent = now
      return [structuredClone(build)]
    }
    return follow<Build>(build, next, signal)
  }),
  answer(followBuildLog, ({ params, query }, { world, signal }) => {
    const build = getOne(world, params)
    let read = query.skip
    const next = () => {
      const lines = logOf(build).slice(read)
      read += lines.length
      return lines
    }
    if (query.follow) return follow<BuildLogLine>(build, next, signal)
    return follow<BuildLogLine>({ ...build, state: 'succeeded' }, next, signal)
  }),
  answer(getBuildDockerfile, ({ params }, { world }) => {
    getOne(world, params)
    return { text: dockerfile, isGenerated: true }
  }),
  answer(cancelBuild, ({ params }, { world }) => {
    const build = getOne(world, params)
    if (!isUnderWay(build)) throw new PlatformError('build_finished', `The build has ${build.state}`)
    return end(build, { state: 'cancelled', position: null, detail: `cancelled by ${world.me.name}` })
  }),
  answer(listRegistries, (_, { world }) => world.registries),
  answer(listUsableRegistries, ({ params: { project } }, { world }) =>
    world.registries
      .filter((one) => one.project === null || one.project === project)
      .map(({ host, username }) => ({ host, username })),
  ),
  answer(addRegistry, ({ body: { host, username, password, project } }, { world }) => {
    if (password === 'wrong')
      throw new PlatformError('registry_refused', `${host} does not take this user and password`, {
        hint: 'Check both; many registries want a token in place of the password',
      })
    const createdAt = new Date().toISOString()
    const registry = { id: newId('registry'), host, username, project, createdBy: world.me.name, createdAt }
    world.registries = [...world.registries.filter((one) => one.host !== host || one.project !== project), registry]
    return registry
  }),
  answer(testRegistry, ({ params }, { world }) => {
    const registry = world.registries.find(({ id }) => id === params.registryId)
    if (!registry) throw notFound('registry_not_found', 'There are no such credentials')
    if (registry.username === 'expired')
      throw new PlatformError('registry_refused', `${registry.host} does not take these any more`, {
        hint: 'Store new ones',
      })
    return { works: true as const }
  }),
  answer(removeRegistry, ({ params }, { world }) => {
    world.registries = world.registries.filter(({ id }) => id !== params.registryId)
    return { removed: true as const }
  }),
]

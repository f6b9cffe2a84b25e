import {
  addRegistry,
  type Build,
  cancelBuild,
  createBuild,
  followBuild,
  followBuildLog,
  getBuild,
  getBuildDockerfile,
  listBuilds,
  listRegistries,
  PlatformError,
  type Registry,
  removeRegistry,
  testRegistry,
  uploadSource,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { getSample } from './app-answers.ts'
import { newId } from './sample-apps.ts'
import type { World } from './world.ts'

const dockerfile = `# This is a Node app with npm.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:26-bookworm-slim
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY . .
USER node
CMD ["node", "server.js"]
`

const logTexts = [
  'Building on m1',
  'a Node app with npm',
  '[1/6] FROM node:26-bookworm-slim',
  '[4/6] RUN npm ci',
  'added 66 packages',
]
const startedAt = '2026-11-20T10:00:00.000Z'
const finishedAt = '2026-11-20T10:00:31.000Z'

const builtImage = (app: string) => ({
  ...{ service: 'app-server', image: `127.0.0.1:5000/${app}@sha256:${'4b'.repeat(32)}`, imageBytes: 182_000_000 },
  ...{ port: 3000, environment: {} },
})

const sampleBuild = (app: string, project: string, change: Partial<Build> = {}): Build => ({
  ...{ id: newId('build'), app, project, state: 'succeeded', position: null, commit: null, machine: 'm1' },
  ...{ source: { kind: 'archive', name: `${app}.zip`, sizeBytes: 4_200_000 }, recognizedAs: 'a Node app with npm' },
  ...{ detail: null, failure: null, deploymentId: null, requestedBy: 'ada@example.org' },
  steps: ['FROM node:26-bookworm-slim', 'RUN npm ci --omit=dev', 'COPY . .'].map((title, i) => ({
    ...{ title, state: 'done' as const, isCached: i === 0, startedAt, finishedAt },
  })),
  images: [builtImage(app)],
  ...{ createdAt: startedAt, startedAt, finishedAt },
  ...change,
})

const buildsOf = new WeakMap<World, Map<string, Build[]>>()
const registriesOf = new WeakMap<World, Registry[]>()

function listOf(world: World, app: string): Build[] {
  const { project } = getSample(world, app).app
  const all = buildsOf.get(world) ?? new Map<string, Build[]>()
  buildsOf.set(world, all)
  const failure = {
    ...{
      code: 'command_failed' as const,
      message: 'npm ci ended with exit code 1',
      hint: 'The last lines of the log say why',
    },
    logLines: ['npm error code ENOENT'],
  }
  const first = [sampleBuild(app, project), sampleBuild(app, project, { state: 'failed', images: [], failure })]
  const found = all.get(app) ?? first
  all.set(app, found)
  return found
}

function getOne(world: World, { app, buildId }: { app: string; buildId: string }): Build {
  const found = listOf(world, app).find(({ id }) => id === buildId)
  if (!found) throw notFound('build_not_found', `App ${app} has no build ${buildId}`)
  return found
}

const registriesIn = (world: World): Registry[] => {
  const found = registriesOf.get(world) ?? []
  registriesOf.set(world, found)
  return found
}

async function* streamOf<Item>(items: readonly Item[]) {
  yield* items
}

export const buildAnswers: Answer[] = [
  answer(createBuild, ({ body }, { world }) => {
    const waiting = sampleBuild(body.app, body.project, {
      ...{ state: body.source.kind === 'git' ? 'queued' : 'waiting', source: body.source, machine: null, steps: [] },
      ...{ images: [], recognizedAs: null, startedAt: null, finishedAt: null, createdAt: new Date().toISOString() },
    })
    listOf(world, body.app).unshift(waiting)
    return waiting
  }),
  answer(uploadSource, ({ params }, { world }) =>
    Object.assign(getOne(world, params), { state: 'queued', position: 1 }),
  ),
  answer(listBuilds, ({ params, query }, { world }) => listOf(world, params.app).slice(0, query.limit)),
  answer(getBuild, ({ params }, { world }) => getOne(world, params)),
  answer(followBuild, ({ params }, { world }) => streamOf([getOne(world, params)])),
  answer(followBuildLog, ({ params, query }, { world }) => {
    getOne(world, params)
    return streamOf(logTexts.slice(query.skip).map((text) => ({ at: startedAt, text })))
  }),
  answer(getBuildDockerfile, ({ params }, { world }) => {
    getOne(world, params)
    return { text: dockerfile, isGenerated: true }
  }),
  answer(cancelBuild, ({ params }, { world }) => {
    const build = getOne(world, params)
    if (build.finishedAt) throw new PlatformError('build_finished', `The build has ${build.state}`)
    return Object.assign(build, { state: 'cancelled', detail: `cancelled by ${world.me.name}` })
  }),
  answer(listRegistries, (_, { world }) => registriesIn(world)),
  answer(addRegistry, ({ body: { host, username, project } }, { world }) => {
    const createdAt = new Date().toISOString()
    const registry = { id: newId('registry'), host, username, project, createdBy: world.me.name, createdAt }
    registriesIn(world).push(registry)
    return registry
  }),
  answer(testRegistry, () => ({ works: true as const })),
  answer(removeRegistry, ({ params }, { world }) => {
    const left = registriesIn(world).filter(({ id }) => id !== params.registryId)
    registriesOf.set(world, left)
    return { removed: true as const }
  }),
]

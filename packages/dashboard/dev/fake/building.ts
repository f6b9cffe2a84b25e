import { setTimeout as delay } from 'node:timers/promises'
import type { Build, BuildLogLine } from '@berth/contract'
import { getSample } from './app-answers.ts'
import { beginDeployment, record } from './deploying.ts'
import { builtImage, recognizedAs, sampleBuilds, sampleLog, stepTitles } from './sample-builds.ts'
import type { World } from './world.ts'

const stepMs = 600

const buildsOf = new WeakMap<World, Map<string, Build[]>>()
const logsOf = new WeakMap<Build, BuildLogLine[]>()

/** The builds of an app, newest first. */
export function buildsIn(world: World, app: string): Build[] {
  const { project } = getSample(world, app).app
  const all = buildsOf.get(world) ?? new Map<string, Build[]>()
  buildsOf.set(world, all)
  const found = all.get(app) ?? sampleBuilds(app, project, world.scenario)
  all.set(app, found)
  return found
}

export function logOf(build: Build): BuildLogLine[] {
  const found = logsOf.get(build) ?? (build.steps.length > 0 ? sampleLog(build) : [])
  logsOf.set(build, found)
  return found
}

const write = (build: Build, text: string) => void logOf(build).push({ at: new Date().toISOString(), text })

export const isUnderWay = ({ state }: Build) => ['waiting', 'queued', 'running'].includes(state)

/** Lets a build whose source is here go its way; one of something called "broken" fails. `wanted`: deployed then. */
export function beginBuild(world: World, build: Build, { isDeployed }: { isDeployed: boolean }, life: AbortSignal) {
  advance(world, build, isDeployed, life).catch((error) => {
    if (!life.aborted) throw error
  })
}

async function advance(world: World, build: Build, isDeployed: boolean, signal: AbortSignal) {
  Object.assign(build, { state: 'queued', position: 1 })
  if (!(await pass(build, signal))) return
  Object.assign(build, { state: 'running', position: null, startedAt: new Date().toISOString() })
  Object.assign(build, { machine: world.machines[0]?.name ?? 'machine-1', recognizedAs })
  if (build.source.kind === 'git') build.commit = '3f2a9c1b'.repeat(5)
  write(build, `Building on ${build.machine}`)
  write(build, recognizedAs)
  const isBroken = JSON.stringify(build.source).includes('broken')
  for (const [index, title] of stepTitles.entries()) {
    const isLast = isBroken && index === 3
    if (!(await step(build, `${index + 1}/${stepTitles.length}`, title, { isLast, signal }))) return
    if (isLast) return fail(world, build)
  }
  succeed(world, build, isDeployed, signal)
}

type Way = { isLast: boolean; signal: AbortSignal }

async function step(build: Build, place: string, title: string, { isLast, signal }: Way): Promise<boolean> {
  const startedAt = new Date().toISOString()
  write(build, `[${place}] ${title}`)
  const before = build.steps
  build.steps = [...before, { title, state: 'running', isCached: false, startedAt, finishedAt: null }]
  if (!(await pass(build, signal))) return false
  const finishedAt = new Date().toISOString()
  build.steps = [...before, { title, state: isLast ? 'failed' : 'done', isCached: false, startedAt, finishedAt }]
  return true
}

/** False where somebody cancelled it meanwhile. */
async function pass(build: Build, signal: AbortSignal): Promise<boolean> {
  await delay(stepMs, undefined, { signal, ref: false })
  return isUnderWay(build)
}

function fail(world: World, build: Build) {
  const failure = {
    ...{ code: 'command_failed', message: 'npm ci --omit=dev ended with exit code 1', logLines: ['npm error ENOENT'] },
    hint: 'The last lines of the log say why',
  }
  Object.assign(build, { state: 'failed', failure, finishedAt: new Date().toISOString() })
  record(world, getSample(world, build.app), 'build_failed', failure.message, build.requestedBy)
}

function succeed(world: World, build: Build, isDeployed: boolean, signal: AbortSignal) {
  const image = builtImage(build.app)
  Object.assign(build, { state: 'succeeded', images: [image], finishedAt: new Date().toISOString() })
  if (!isDeployed) return
  const wish = { kind: 'deploy', image: image.image, env: {}, requestedBy: build.requestedBy } as const
  build.deploymentId = beginDeployment(world, getSample(world, build.app), wish, signal).id
}

/** A build or its lines, whenever there is more, until it has ended. */
export async function* follow<Item>(build: Build, next: () => Item[], signal: AbortSignal): AsyncGenerator<Item> {
  for (;;) {
    const wasOver = !isUnderWay(build)
    yield* next()
    if (wasOver || signal.aborted) return
    await delay(100, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

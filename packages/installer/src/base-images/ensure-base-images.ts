import { formatDuration } from '@berth/contract'
import type Docker from 'dockerode'
import { baseImageNames, standInNames } from './base-image-names.ts'
import { type BaseImageStep, planBaseImages } from './base-image-plan.ts'
import { followImageStream } from './image-stream.ts'
import { makeStandIn } from './stand-in.ts'
import { recipeOf, standInLabel } from './stand-in-recipe.ts'

const hubTimeoutMs = 5_000

export type BaseImageOptions = {
  docker: Docker
  /** Keeps what is slow to fetch, so that a second engine has its images quickly. */
  cacheDir: string
  names?: readonly string[]
  onProgress(words: string): void
  signal?: AbortSignal
}

export type BaseImageResult = BaseImageStep & { durationMs: number }

/** Makes sure that the engine has all base images: real ones where it can pull them, stand-ins where it cannot. */
export async function ensureBaseImages(options: BaseImageOptions): Promise<BaseImageResult[]> {
  const { docker, names = baseImageNames, onProgress, signal } = options
  const present = await listPresent(docker, names)
  if (names.every((name) => present.includes(name))) {
    return names.map((name) => ({ kind: 'keep', name, durationMs: 0 }))
  }
  const canPull = await canPullFromHub(docker, signal)
  if (!canPull) onProgress('Docker Hub cannot be reached: making the base images from packages')
  return applySteps(planBaseImages({ wanted: names, present, canPull }), options)
}

async function applySteps(steps: readonly BaseImageStep[], options: BaseImageOptions): Promise<BaseImageResult[]> {
  const { docker, onProgress, signal } = options
  const results: BaseImageResult[] = []
  for (const step of steps) {
    const startMs = performance.now()
    const report = (words: string) => onProgress(`${step.name}: ${words}`)
    try {
      await applyStep(step, { ...options, onProgress: report })
    } catch (error) {
      signal?.throwIfAborted()
      if (step.kind !== 'pull') throw error
      report(`cannot be pulled (${error instanceof Error ? error.message : error}): making it from packages`)
      const left = steps.slice(steps.indexOf(step)).map(({ name }) => name)
      const present = await listPresent(docker, [...standInNames, ...left])
      return [...results, ...(await applySteps(planBaseImages({ wanted: left, present, canPull: false }), options))]
    }
    const durationMs = performance.now() - startMs
    if (step.kind !== 'keep') report(`${step.kind === 'pull' ? 'pulled' : 'made'} in ${formatDuration(durationMs)}`)
    results.push({ ...step, durationMs })
  }
  return results
}

async function applyStep({ kind, name }: BaseImageStep, options: BaseImageOptions): Promise<void> {
  const { docker, onProgress, signal } = options
  if (kind === 'make') return makeStandIn(name, options)
  if (kind === 'pull') await followImageStream(docker, await docker.pull(name, { abortSignal: signal }), onProgress)
}

/** Without the stand-ins of an older recipe: they are made anew. */
async function listPresent(docker: Docker, names: readonly string[]): Promise<string[]> {
  const images = await docker.listImages()
  const found = await Promise.all(
    names.map(async (name) => {
      const image = images.find(({ RepoTags }) => RepoTags?.includes(name))
      const madeBy = image?.Labels?.[standInLabel]
      return image && (madeBy === undefined || madeBy === (await recipeOf(name)))
    }),
  )
  return names.filter((_, at) => found[at])
}

/** Asks the engine, which may have a proxy or a mirror that this process knows nothing of. */
async function canPullFromHub(docker: Docker, signal?: AbortSignal): Promise<boolean> {
  const timeout = AbortSignal.timeout(hubTimeoutMs)
  const abortSignal = signal ? AbortSignal.any([signal, timeout]) : timeout
  const statusCodes = { 200: true, 401: 'access denied', 500: 'out of reach' }
  // Not the method of dockerode's image for this, which cannot be given up.
  const call = { path: '/distribution/debian:bookworm-slim/json', method: 'GET', statusCodes, abortSignal }
  const canPull = await new Promise<boolean>((resolve) => docker.modem.dial(call, (error) => resolve(!error)))
  signal?.throwIfAborted()
  return canPull
}

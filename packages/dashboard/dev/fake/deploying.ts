import { setTimeout as delay } from 'node:timers/promises'
import { type Deployment, deploymentStages } from '@berth/contract'
import { detailOf, newId, type SampleApp, sampleInstances, sampleRelease, summaryOf } from './sample-apps.ts'
import type { World } from './world.ts'

const stageMs = 900

export type Wish = {
  kind: Deployment['kind']
  image: string
  env: Record<string, string>
  /** Of an earlier release, where it is a rollback. */
  fromVersion?: number | undefined
  requestedBy: string
}

/** Records a deployment and lets it go its way; images named "missing" or "broken" fail as such images do. */
export function beginDeployment(world: World, sample: SampleApp, wish: Wish, signal: AbortSignal): Deployment {
  const deployment: Deployment = {
    id: newId('d'),
    app: sample.app.name,
    kind: wish.kind,
    releaseVersion: null,
    image: wish.image,
    state: 'pending',
    steps: deploymentStages.map((stage) => ({
      stage,
      state: 'waiting',
      detail: null,
      startedAt: null,
      finishedAt: null,
    })),
    failure: null,
    requestedBy: wish.requestedBy,
    url: null,
    createdAt: new Date().toISOString(),
    finishedAt: null,
  }
  sample.deployments.unshift(deployment)
  sample.app.deploymentId = deployment.id
  if (sample.app.releaseVersion === null)
    Object.assign(sample.app, { state: 'deploying', reason: 'The first deployment is under way' })
  publish(world, sample, deployment)
  record(world, sample, 'deployment_requested', wish.image, wish.requestedBy)
  advance(world, sample, deployment, wish, signal).catch((error) => {
    if (!signal.aborted) throw error
  })
  return deployment
}

async function advance(world: World, sample: SampleApp, deployment: Deployment, wish: Wish, signal: AbortSignal) {
  deployment.state = 'running'
  for (const step of deployment.steps) {
    step.startedAt = new Date().toISOString()
    step.state = 'running'
    step.detail = step.stage === 'check' ? `0 of ${sample.app.replicas} instances up` : null
    publish(world, sample, deployment)
    await delay(stageMs, undefined, { signal, ref: false })
    if (deployment.state !== 'running') return // Cancelled meanwhile.
    const failure = failureOf(wish.image, step.stage)
    if (failure) return fail(world, sample, deployment, step, failure)
    step.state = 'done'
    step.detail = detailOf(step.stage)
    step.finishedAt = new Date().toISOString()
    if (step.stage === 'release') addRelease(sample, deployment, wish)
    if (step.stage === 'start') addInstances(world, sample, deployment)
    if (step.stage === 'switch') serve(sample, deployment)
  }
  finish(world, sample, deployment, 'succeeded')
}

function addRelease(sample: SampleApp, deployment: Deployment, wish: Wish) {
  const version = wish.fromVersion ?? (sample.releases[0]?.version ?? 0) + (wish.kind === 'restart' ? 0 : 1)
  deployment.releaseVersion = version
  if (sample.releases.some((release) => release.version === version)) return
  const { name } = sample.app
  sample.releases.unshift({
    ...sampleRelease({ name, version, image: wish.image, env: wish.env, createdBy: wish.requestedBy }),
    createdAt: new Date().toISOString(),
  })
  sample.env = wish.env
}

function addInstances(world: World, sample: SampleApp, deployment: Deployment) {
  const releaseVersion = deployment.releaseVersion ?? 1
  const { replicas } = sample.app
  const machines = world.machines.map(({ name }) => name)
  const fresh = sampleInstances({ ...sample.app, releaseVersion }, replicas, replicas, machines)
  sample.instances = [
    ...sample.instances,
    ...fresh.map((instance) => ({ ...instance, since: new Date().toISOString() })),
  ]
  world.emit({ kind: 'instances', instances: sample.instances }, sample.app.name)
}

function serve(sample: SampleApp, deployment: Deployment) {
  deployment.url = `http://${sample.app.name}.localhost`
  Object.assign(sample.app, {
    state: 'running',
    reason: null,
    url: deployment.url,
    releaseVersion: deployment.releaseVersion,
    image: deployment.image,
    readyReplicas: sample.app.replicas,
  })
}

function finish(world: World, sample: SampleApp, deployment: Deployment, state: 'succeeded' | 'failed') {
  deployment.state = state
  deployment.finishedAt = new Date().toISOString()
  sample.app.deploymentId = null
  sample.instances = sample.instances.slice(-sample.app.replicas)
  world.emit({ kind: 'instances', instances: sample.instances }, sample.app.name)
  publish(world, sample, deployment)
  record(
    world,
    sample,
    `deployment_${state}`,
    deployment.failure?.message ?? `v${deployment.releaseVersion}`,
    deployment.requestedBy,
  )
}

function fail(
  world: World,
  sample: SampleApp,
  deployment: Deployment,
  step: Deployment['steps'][number],
  failure: NonNullable<Deployment['failure']>,
) {
  Object.assign(step, { state: 'failed', detail: failure.message, finishedAt: new Date().toISOString() })
  for (const later of deployment.steps) if (later.state === 'waiting') later.state = 'skipped'
  deployment.failure = failure
  if (sample.app.releaseVersion === null)
    Object.assign(sample.app, { state: 'empty', reason: 'Its first deployment failed' })
  finish(world, sample, deployment, 'failed')
}

function failureOf(image: string, stage: Deployment['steps'][number]['stage']): Deployment['failure'] {
  if (stage === 'resolve' && image.includes('missing'))
    return {
      code: 'image_not_found',
      message: `There is no image ${image}`,
      hint: 'Check its name and tag',
      logLines: [],
    }
  if (stage === 'check' && image.includes('broken'))
    return {
      code: 'exited',
      message: 'The instances end with code 1 right after they start',
      hint: 'The last lines of its log say why',
      logLines: ['starting', 'Error: DATABASE_URL is not set'],
    }
  return null
}

/** Everybody who looks gets the app and, on its own page, the deployment. */
export function publish(world: World, sample: SampleApp, deployment = sample.deployments[0]) {
  if (deployment && deployment === sample.deployments[0]) sample.app.lastDeployment = summaryOf(deployment)
  world.emit({ kind: 'app', app: sample.app })
  if (deployment) world.emit({ kind: 'deployment', deployment }, sample.app.name)
}

export function record(world: World, sample: SampleApp | null, kind: string, detail: string | null, actor: string) {
  const event = {
    id: newId('a'),
    at: new Date().toISOString(),
    actor,
    kind,
    app: sample?.app.name ?? null,
    project: sample?.app.project ?? null,
    detail,
  }
  world.activity.unshift(event)
  world.emit({ kind: 'activity', event })
}

import {
  cancelDeployment,
  createApp,
  createDeployment,
  type Deployment,
  getApp,
  getDeployment,
  getEnvironment,
  inspectImage,
  listApps,
  listDeployments,
  listInstances,
  listReleases,
  PlatformError,
  removeApp,
  scaleApp,
  startApp,
  stopApp,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { beginDeployment, publish, record } from './deploying.ts'
import { type SampleApp, sampleApp, sampleInstances } from './sample-apps.ts'
import type { World } from './world.ts'

export function getSample(world: World, name: string): SampleApp {
  const sample = world.apps.get(name)
  if (!sample) throw notFound('app_not_found', `There is no app ${name}`)
  return sample
}

export const appAnswers = (life: AbortSignal): Answer[] => [
  answer(listApps, (_, { world }) => [...world.apps.values()].map(({ app }) => app).sort(byName)),
  answer(getApp, ({ params }, { world }) => getSample(world, params.app).app),
  answer(createApp, ({ body }, { world }) => {
    if (world.apps.has(body.name))
      throw new PlatformError('app_exists', `There is an app ${body.name} already`, { hint: 'Choose another name' })
    const sample = sampleApp({ name: body.name, project: body.project, state: 'deploying', replicas: body.replicas })
    sample.app.createdAt = new Date().toISOString()
    world.apps.set(body.name, sample)
    const env = withChanges({}, body.env)
    return beginDeployment(world, sample, { kind: 'deploy', image: body.image, env, requestedBy: world.me.name }, life)
  }),
  answer(removeApp, ({ params }, { world }) => {
    const sample = getSample(world, params.app)
    for (const deployment of sample.deployments) if (deployment.state === 'running') deployment.state = 'cancelled'
    world.apps.delete(params.app)
    world.emit({ kind: 'app_removed', name: params.app })
    record(world, sample, 'app_removed', null, world.me.name)
    return { removed: true as const }
  }),
  answer(scaleApp, ({ params, body }, { world }) => {
    const sample = getSample(world, params.app)
    const { app } = sample
    if (app.state === 'stopped')
      throw new PlatformError('app_stopped', `${app.name} is stopped`, { hint: 'Start it first' })
    if (body.replicas > 64)
      throw new PlatformError('does_not_fit', `${body.replicas} instances need 16 GiB, and 8 GiB are free`, {
        hint: 'Use fewer replicas, or lower the memory limit',
      })
    record(world, sample, 'app_scaled', `from ${app.replicas} to ${body.replicas}`, world.me.name)
    rescale(world, sample, body.replicas, life)
    return app
  }),
  answer(stopApp, ({ params }, { world }) => {
    const sample = getSample(world, params.app)
    if (sample.app.deploymentId) throw inProgress(sample)
    Object.assign(sample.app, { state: 'stopped', reason: `Stopped by ${world.me.name}`, readyReplicas: 0 })
    sample.instances = []
    world.emit({ kind: 'instances', instances: [] }, sample.app.name)
    publish(world, sample)
    record(world, sample, 'app_stopped', null, world.me.name)
    return sample.app
  }),
  answer(startApp, ({ params }, { world }) => {
    const sample = getSample(world, params.app)
    if (!sample.app.releaseVersion) throw new PlatformError('release_not_found', `${sample.app.name} has no release`)
    Object.assign(sample.app, { state: 'down', reason: `0 of ${sample.app.replicas} instances up` })
    rescale(world, sample, sample.app.replicas, life)
    return sample.app
  }),
  answer(listReleases, ({ params }, { world }) => getSample(world, params.app).releases),
  answer(getEnvironment, ({ params }, { world }) => {
    const { app, env, releases } = getSample(world, params.app)
    const services = releases.length > 0 ? [{ name: 'web', env }] : []
    return { releaseVersion: app.releaseVersion ?? releases[0]?.version ?? null, services }
  }),
  answer(listInstances, ({ params }, { world }) => getSample(world, params.app).instances),
  answer(createDeployment, ({ params, body }, { world }) => {
    const sample = getSample(world, params.app)
    if (body.change && body.releaseVersion)
      throw new PlatformError('invalid_request', 'Give either a change or an earlier release')
    if (sample.app.deploymentId && !body.supersede) throw inProgress(sample)
    if (sample.app.deploymentId) cancel(world, sample, currentOf(sample))
    const earlier = sample.releases.find(({ version }) => version === body.releaseVersion)
    if (body.releaseVersion && !earlier)
      throw notFound('release_not_found', `${sample.app.name} has no release v${body.releaseVersion}`)
    const image = earlier?.services[0]?.image ?? body.change?.image ?? sample.app.image ?? 'nginx:stable'
    const kind = earlier ? 'rollback' : body.change ? 'deploy' : 'restart'
    const env = withChanges(sample.env, body.change?.env)
    const wish = { kind, image, env, fromVersion: earlier?.version, requestedBy: world.me.name } as const
    return beginDeployment(world, sample, wish, life)
  }),
  answer(listDeployments, ({ params, query }, { world }) =>
    getSample(world, params.app).deployments.slice(0, query.limit),
  ),
  answer(getDeployment, ({ params }, { world }) => findDeployment(world, params.app, params.deploymentId)),
  answer(cancelDeployment, ({ params }, { world }) => {
    const deployment = findDeployment(world, params.app, params.deploymentId)
    if (deployment.finishedAt) throw new PlatformError('deployment_finished', 'It has ended already')
    cancel(world, getSample(world, params.app), deployment)
    return deployment
  }),
  answer(inspectImage, ({ query: { name } }) => {
    if (name.includes('missing'))
      return {
        state: 'missing' as const,
        code: 'image_not_found' as const,
        message: `There is no image ${name}`,
        hint: 'Check its name and tag',
      }
    if (name.includes('private'))
      return {
        state: 'missing' as const,
        code: 'image_denied' as const,
        message: `The registry does not give ${name} to just anybody`,
        hint: 'Make the image public, or give the machine access with "docker login"',
      }
    const image = {
      name,
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
      sizeBytes: 71_234_567,
      source: name.includes('/') ? ('registry' as const) : ('machine' as const),
      exposedPorts: name.startsWith('nginx') ? [80] : name.includes('worker') ? [] : [8080, 9090],
      createdAt: new Date(Date.now() - 4 * 24 * 3_600_000).toISOString(),
    }
    return { state: 'found' as const, image }
  }),
]

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1)

const inProgress = ({ app }: SampleApp) =>
  new PlatformError('deployment_in_progress', `${app.name} is already being deployed`, {
    hint: 'Wait for that deployment to finish, or cancel it',
  })

function currentOf({ app, deployments }: SampleApp): Deployment {
  const deployment = deployments.find(({ id }) => id === app.deploymentId)
  if (!deployment) throw notFound('deployment_not_found', `${app.name} is not being deployed`)
  return deployment
}

export function findDeployment(world: World, name: string, deploymentId: string): Deployment {
  const deployment = getSample(world, name).deployments.find(({ id }) => id === deploymentId)
  if (!deployment) throw notFound('deployment_not_found', `${name} has no deployment ${deploymentId}`)
  return deployment
}

function cancel(world: World, sample: SampleApp, deployment: Deployment) {
  deployment.state = 'cancelled'
  deployment.finishedAt = new Date().toISOString()
  for (const step of deployment.steps) if (step.state === 'waiting' || step.state === 'running') step.state = 'skipped'
  sample.app.deploymentId = null
  if (sample.app.releaseVersion === null)
    Object.assign(sample.app, { state: 'empty', reason: 'Nothing was deployed yet' })
  publish(world, sample, deployment)
  record(world, sample, 'deployment_cancelled', null, world.me.name)
}

/** Up one after the other, as instances come up in life. */
function rescale(world: World, sample: SampleApp, replicas: number, life: AbortSignal) {
  const { app } = sample
  app.replicas = replicas
  app.readyReplicas = Math.min(app.readyReplicas, replicas)
  const machines = world.machines.map(({ name }) => name)
  const missing = Math.max(replicas - sample.instances.length, 0)
  const since = new Date().toISOString()
  const added = sampleInstances(app, missing, 0, machines).map(
    (instance) => ({ ...instance, state: 'starting', reason: null, restarts: 0, since }) as const,
  )
  sample.instances = [...sample.instances, ...added].slice(0, replicas)
  const stepUp = () => {
    const next = sample.instances.find(({ state }) => state !== 'running')
    if (next) Object.assign(next, { state: 'running', reason: null, since: new Date().toISOString() })
    app.readyReplicas = sample.instances.filter(({ state }) => state === 'running').length
    const isDone = app.readyReplicas >= app.replicas
    Object.assign(app, {
      state: isDone ? 'running' : app.readyReplicas > 0 ? 'degraded' : 'down',
      reason: isDone ? null : `${app.readyReplicas} of ${app.replicas} instances up`,
    })
    publish(world, sample)
    world.emit({ kind: 'instances', instances: sample.instances }, app.name)
    if (!isDone && app.replicas === replicas && !life.aborted) setTimeout(stepUp, 700).unref()
  }
  setTimeout(stepUp, 300).unref()
}

function withChanges(env: Record<string, string>, changes: Record<string, string | null> = {}): Record<string, string> {
  const all = Object.entries({ ...env, ...changes })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null))
}

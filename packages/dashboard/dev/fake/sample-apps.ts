import {
  type App,
  type AppState,
  appStates,
  type Deployment,
  type DeploymentStage,
  type DeploymentSummary,
  deploymentStages,
  type Instance,
  type Release,
  type ServiceSpec,
} from '@berth/contract'
import { markup, nastyNames, nastyTexts } from './hostile.ts'

/** All that is known of one app. */
export type SampleApp = {
  app: App
  instances: Instance[]
  /** Newest first. */
  deployments: Deployment[]
  /** Newest first. */
  releases: Release[]
  env: Record<string, string>
}

const minuteMs = 60_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

let made = 0
/** Unique in this process. */
export const newId = (kind: string) => `${kind}${(++made).toString(36).padStart(8, '0')}`

export type SampleOptions = {
  name: string
  project?: string
  state?: AppState
  reason?: string | null
  image?: string
  replicas?: number
  releases?: number
  env?: Record<string, string>
  changes?: string[]
  machines?: readonly string[]
  createdBy?: string
}

export function sampleApp(options: SampleOptions): SampleApp {
  const { name, project = 'default', state = 'running', image = 'nginx:stable', replicas = 2 } = options
  const {
    releases: releaseCount = 3,
    env = sampleEnv,
    createdBy = 'ada@example.org',
    machines = ['machine-1'],
  } = options
  const isUp = state === 'running' || state === 'degraded'
  const versions = state === 'empty' || state === 'deploying' ? 0 : releaseCount
  const readyReplicas = state === 'running' ? replicas : state === 'degraded' ? Math.floor(replicas / 2) : 0
  const releases = Array.from({ length: versions }, (_, index) =>
    sampleRelease({ name, version: versions - index, image, env, createdBy, changes: options.changes }),
  )
  const deployments = releases.map((release, index) =>
    sampleDeployment({
      name,
      version: release.version,
      image,
      agoMs: (index * 40 + 12) * minuteMs,
      requestedBy: createdBy,
    }),
  )
  const app: App = {
    name,
    project,
    state,
    reason: options.reason === undefined ? reasonOf(state, readyReplicas, replicas) : options.reason,
    url: state === 'empty' ? null : `http://${name}.localhost`,
    replicas,
    readyReplicas,
    releaseVersion: versions > 0 ? versions : null,
    image: versions > 0 ? image : null,
    deploymentId: null,
    lastDeployment: deployments[0] ? summaryOf(deployments[0]) : null,
    createdAt: ago(9 * 24 * 60 * minuteMs),
  }
  const instances = isUp || state === 'down' ? sampleInstances(app, replicas, readyReplicas, machines) : []
  return { app, instances, deployments, releases, env }
}

const sampleEnv = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://shop:s3cr3t-value@db.internal:5432/shop',
  SESSION_SECRET: 'b8f1c0ffee0123456789',
  GREETING: 'hello "world" = $HOME',
}

function reasonOf(state: AppState, ready: number, replicas: number): string | null {
  if (state === 'degraded') return `${ready} of ${replicas} instances up; the others do not answer on port 80`
  if (state === 'down') return `No instance is up: web exited with code 1 after 2 s, for the 5th time`
  if (state === 'stopped') return 'Stopped by ada@example.org'
  if (state === 'empty') return 'Nothing was deployed yet'
  if (state === 'deploying') return 'The first deployment is under way'
  return null
}

export function sampleInstances(app: App, count: number, ready: number, machines: readonly string[]): Instance[] {
  return Array.from({ length: count }, (_, index) => {
    const isUp = index < ready
    return {
      id: newId('i'),
      service: 'web',
      releaseVersion: app.releaseVersion ?? 1,
      machine: machines[index % machines.length] ?? null,
      state: isUp ? 'running' : index % 2 === 0 ? 'failed' : 'starting',
      reason: isUp ? null : 'Nothing answers on port 80; the app listens on 127.0.0.1:3000 only',
      restarts: isUp ? 0 : index + 1,
      since: ago((index + 1) * 7 * minuteMs),
    }
  })
}

type ReleaseOptions = {
  name: string
  version: number
  image: string
  env: Record<string, string>
  createdBy: string
  changes?: string[] | undefined
  spec?: Partial<Omit<ServiceSpec, 'env'>>
}

export function sampleRelease({ name, version, image, env, createdBy, changes, spec }: ReleaseOptions): Release {
  const words =
    version === 1 ? ['First release'] : [`Image ${image}`, 'GREETING changed', 'Memory limit 128 MiB to 256 MiB']
  return {
    app: name,
    version,
    services: [
      {
        name: 'web',
        image,
        port: 80,
        resources: { memoryBytes: 256 * 1024 ** 2, cpuMillis: 500 },
        healthCheck: { path: '/health' },
        replayUnsafeRequests: false,
        stopTimeoutMs: 10_000,
        ...spec,
        imageDigest: `${image.split('@')[0]}@${digest}`,
        envNames: Object.keys(env),
      },
    ],
    hasImage: true,
    changes: changes ?? words,
    createdBy,
    createdAt: ago((40 - Math.min(version, 39)) * 60 * minuteMs),
  }
}

type DeploymentOptions = {
  name: string
  version: number | null
  image: string
  agoMs: number
  requestedBy: string
  kind?: Deployment['kind']
}

/** One that went well. */
export function sampleDeployment({
  name,
  version,
  image,
  agoMs,
  requestedBy,
  kind = 'deploy',
}: DeploymentOptions): Deployment {
  const beginMs = Date.now() - agoMs
  const at = (index: number) => new Date(beginMs + index * 900).toISOString()
  return {
    id: newId('d'),
    app: name,
    kind,
    releaseVersion: version,
    image,
    state: 'succeeded',
    steps: deploymentStages.map((stage, index) => ({
      stage,
      state: 'done',
      detail: detailOf(stage),
      startedAt: at(index),
      finishedAt: at(index + 1),
    })),
    failure: null,
    requestedBy,
    url: `http://${name}.localhost`,
    createdAt: at(0),
    finishedAt: at(deploymentStages.length),
  }
}

/** What a stage says when it is done. */
export function detailOf(stage: DeploymentStage): string {
  const words: Record<DeploymentStage, string> = {
    resolve: 'sha256:0123456789ab',
    release: 'v3',
    pull: 'On 1 of 1 machines',
    start: '2 of 2 instances started',
    check: '2 of 2 instances up',
    switch: 'All edges send requests to the new instances',
    drain: 'The old instances have finished',
  }
  return words[stage]
}

/** One that ended badly at a stage. */
export function failedDeployment(
  options: DeploymentOptions,
  stage: DeploymentStage,
  failure: NonNullable<Deployment['failure']>,
): Deployment {
  const deployment = sampleDeployment(options)
  const failedAt = deploymentStages.indexOf(stage)
  return {
    ...deployment,
    state: 'failed',
    failure,
    url: null,
    steps: deployment.steps.map((step, index) => {
      if (index < failedAt) return step
      if (index === failedAt) return { ...step, state: 'failed', detail: failure.message }
      return { ...step, state: 'skipped', detail: null, startedAt: null, finishedAt: null }
    }),
  }
}

export function summaryOf(deployment: Deployment): DeploymentSummary {
  const { id, kind, releaseVersion, state, requestedBy, createdAt, finishedAt, failure, steps } = deployment
  const stage = steps.find((step) => step.state === 'running')?.stage ?? null
  return {
    id,
    kind,
    releaseVersion,
    state,
    requestedBy,
    createdAt,
    finishedAt,
    stage,
    failure: failure?.message ?? null,
  }
}

export const exitedFailure: NonNullable<Deployment['failure']> = {
  code: 'exited',
  message: 'The instances of v4 end with code 1 right after they start',
  hint: 'The last lines of its log say why. Set DATABASE_URL with "berth env set", then deploy again',
  logLines: [
    '> shop@4.0.0 start',
    'Error: DATABASE_URL is not set',
    '    at readConfig (/app/config.js:12:11)',
    '    at Object.<anonymous> (/app/server.js:3:16)',
    'Node.js v26.10.0',
  ],
}

const firstWords = [
  'shop',
  'blog',
  'api',
  'wiki',
  'mail',
  'search',
  'billing',
  'auth',
  'images',
  'queue',
  'reports',
  'docs',
]
const secondWords = ['web', 'worker', 'staging', 'preview', 'eu', 'us', 'beta', 'internal', 'admin', 'edge-cache']

export function manyApps(count: number, machines: readonly string[]): SampleApp[] {
  return Array.from({ length: count }, (_, index) => {
    const short = `${firstWords[index % firstWords.length]}-${secondWords[index % secondWords.length]}-${index}`
    const name = index % 10 === 3 ? `${short}-`.padEnd(39, 'long-name-') + (index % 10) : short
    return sampleApp({
      name,
      project: ['default', 'shop', 'a-project-with-a-name-of-forty-characters'][index % 3] ?? 'default',
      // Most run, as in life.
      state: index % 3 === 0 ? (appStates[index % appStates.length] ?? 'running') : 'running',
      replicas: 1 + (index % 5),
      machines,
      image:
        index % 4 === 1 ? `registry.example.org/a-team-with-a-long-name/${short}:2026.11.21-${index}` : 'nginx:stable',
    })
  })
}

export function hostileApps(machines: readonly string[]): SampleApp[] {
  return nastyNames.map((name, index) => {
    const text = nastyTexts[index % nastyTexts.length] ?? markup
    const sample = sampleApp({
      name,
      state: appStates[index % 3 === 0 ? 1 : index % appStates.length] ?? 'running',
      reason: text,
      createdBy: text,
      changes: [...nastyTexts],
      env: {
        A: markup,
        _: ' ',
        [`LONG_${'N'.repeat(190)}`]: 'v'.repeat(65_536),
        'a.b-c': 'line one\nline two\r\n\ttab',
        ...sampleEnv,
      },
      image: `${'registry.example.org/'}${'a'.repeat(150)}:${'t'.repeat(60)}`,
      machines,
    })
    const failure = { code: 'internal', message: text, hint: markup, logLines: [...nastyTexts, unbrokenLine] } as const
    const options = { name, version: 4, image: 'nginx:stable', agoMs: minuteMs, requestedBy: text }
    const failed = failedDeployment(options, 'check', { ...failure, logLines: [...failure.logLines] })
    sample.deployments.unshift(failed)
    sample.app.lastDeployment = summaryOf(failed)
    for (const instance of sample.instances) instance.reason = text
    return sample
  })
}

const unbrokenLine = 'y'.repeat(20_000)

import {
  type App,
  type Deployment,
  type DeploymentStage,
  type DeploymentStep,
  deploymentStages,
  type Instance,
  type LogLine,
  type Machine,
  type Me,
  type Release,
  type Relocation,
  type Token,
  type User,
} from '@berth/contract'

/** Things of the API for tests. */
export const sampleTime = '2026-03-01T10:00:00.000Z'

export const sampleMe: Me = {
  name: 'ada@example.org',
  kind: 'token',
  email: 'ada@example.org',
  access: 'deploy',
  isAdmin: false,
  mustChangePassword: false,
  hasSecondFactor: true,
  projects: [
    { name: 'default', role: 'developer' },
    { name: 'shop', role: 'reader' },
  ],
}

export const sampleUser: User = {
  id: 'u1',
  email: 'ada@example.org',
  isAdmin: false,
  isBlocked: false,
  hasSecondFactor: true,
  mustChangePassword: false,
  projects: [{ name: 'shop', role: 'developer' }],
  lastSignInAt: null,
  createdAt: sampleTime,
}

export const sampleToken: Token = {
  id: 't1',
  name: 'ci',
  access: 'deploy',
  project: null,
  createdBy: 'ada@example.org',
  createdAt: sampleTime,
  expiresAt: null,
  lastUsedAt: null,
}

export const sampleApp: App = {
  name: 'hello',
  project: 'default',
  state: 'running',
  reason: null,
  url: 'http://hello.localhost/',
  replicas: 2,
  readyReplicas: 2,
  releaseVersion: 1,
  image: 'nginx:stable',
  deploymentId: null,
  lastDeployment: {
    id: 'd0',
    kind: 'deploy',
    releaseVersion: 1,
    state: 'succeeded',
    stage: null,
    failure: null,
    requestedBy: 'ada@example.org',
    createdAt: sampleTime,
    finishedAt: '2026-03-01T10:00:07.000Z',
  },
  createdAt: sampleTime,
}

export const sampleDeployment: Deployment = {
  id: 'd1',
  app: 'hello',
  kind: 'deploy',
  releaseVersion: null,
  image: 'nginx:stable',
  state: 'pending',
  steps: stepsAt('resolve', 'waiting'),
  failure: null,
  requestedBy: 'admin',
  url: 'http://hello.localhost/',
  createdAt: sampleTime,
  finishedAt: null,
}

export const sampleInstance: Instance = {
  id: 'abcdefghijklmnopqrstuvwxy',
  service: 'web',
  releaseVersion: 1,
  machine: 'alpha',
  state: 'running',
  reason: null,
  restarts: 0,
  since: sampleTime,
}

export const sampleMachine: Machine = {
  id: 'm',
  name: 'alpha',
  role: 'manager',
  isLeader: true,
  state: 'ready',
  availability: 'active',
  cordonReason: null,
  labels: {},
  address: '10.0.0.1',
  engineVersion: '29.3.0',
  instances: 2,
  cpuMillis: 4000,
  memoryBytes: 4 * 1024 ** 3,
  reserved: { cpuMillis: 0, memoryBytes: 0 },
  holds: [],
  stats: {
    cpuRatio: 0.254,
    cpuMillis: 4000,
    load1: 1,
    load5: 1,
    memoryUsedBytes: 1024 ** 3,
    memoryTotalBytes: 4 * 1024 ** 3,
    diskUsedBytes: 1,
    diskTotalBytes: 2,
    swapUsedBytes: 0,
    networkReceivedBytes: 0,
    networkSentBytes: 0,
    diskReadBytes: 0,
    diskWrittenBytes: 0,
    outOfMemoryKills: 0,
    pressure: null,
  },
  lastSeenAt: null,
  certificateEndsAt: null,
  addedAt: null,
}

export const sampleRelease: Release = {
  app: 'hello',
  version: 1,
  services: [
    {
      name: 'web',
      image: 'nginx:stable',
      imageDigest: `docker.io/library/nginx@sha256:${'ab'.repeat(32)}`,
      port: 80,
      envNames: ['PASSWORD'],
      resources: { cpuMillis: 150, memoryBytes: 128 * 1024 ** 2 },
      healthCheck: {},
      replayUnsafeRequests: false,
      stopTimeoutMs: 10_000,
    },
  ],
  hasImage: true,
  changes: ['image nginx:1.29 -> nginx:stable', 'set PASSWORD'],
  createdBy: 'ada@example.org',
  createdAt: sampleTime,
}

export const sampleLine: LogLine = {
  instanceId: 'abcdefghijklmnopqrstuvwxy',
  service: 'web',
  machine: 'alpha',
  stream: 'stdout',
  at: sampleTime,
  text: 'hello',
}

export const sampleRelocation: Relocation = {
  id: 'r1',
  kind: 'drain',
  machine: 'alpha',
  state: 'running',
  words: '0 of 1 service moved',
  steps: [
    {
      app: 'hello',
      service: 'web',
      from: 'alpha',
      words: '1 of 2 up, old and new',
      state: 'running',
      startedAt: sampleTime,
      finishedAt: null,
    },
  ],
  failure: null,
  requestedBy: 'ada@example.org',
  createdAt: sampleTime,
  finishedAt: null,
}

/** The steps of a deployment that is at one stage: a second for each stage before it. */
export function stepsAt(
  stage: DeploymentStage,
  state: DeploymentStep['state'],
  detail: string | null = null,
): DeploymentStep[] {
  const at = deploymentStages.indexOf(stage)
  const timeAt = (seconds: number) => new Date(Date.parse(sampleTime) + seconds * 1000).toISOString()
  return deploymentStages.map((each, index): DeploymentStep => {
    if (index < at) {
      return { stage: each, state: 'done', detail: null, startedAt: timeAt(index), finishedAt: timeAt(index + 1) }
    }
    if (index > at) return { stage: each, state: 'waiting', detail: null, startedAt: null, finishedAt: null }
    const hasEnded = state === 'done' || state === 'failed'
    return {
      stage: each,
      state,
      detail,
      startedAt: state === 'waiting' ? null : timeAt(index),
      finishedAt: hasEnded ? timeAt(index + 1) : null,
    }
  })
}

export const running: Deployment = { ...sampleDeployment, state: 'running', steps: stepsAt('pull', 'running') }
export const succeeded: Deployment = {
  ...sampleDeployment,
  state: 'succeeded',
  releaseVersion: 2,
  steps: stepsAt('drain', 'done', 'v1 is gone'),
  finishedAt: '2026-03-01T10:00:07.000Z',
}

export const failed: Deployment = {
  ...sampleDeployment,
  state: 'failed',
  releaseVersion: 2,
  steps: stepsAt('check', 'failed', 'exits at once'),
  failure: {
    code: 'exited',
    message: 'The program exits at once, with exit code 1',
    hint: 'See its last lines',
    logLines: ['boom \u001b[2J\u001b]0;owned\u0007there'],
  },
  finishedAt: '2026-03-01T10:00:05.000Z',
}

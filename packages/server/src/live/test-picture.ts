import type { ActivityEvent, App, Deployment, Instance, Machine, Relocation } from '@berth/contract'
import { idleStats } from '../agents/test-heartbeat.ts'
import type { LivePicture } from './live-picture.ts'

export const anApp = (name: string, change: Partial<App> = {}): App => ({
  name,
  project: 'default',
  state: 'running',
  reason: null,
  url: null,
  replicas: 1,
  readyReplicas: 1,
  releaseVersion: 1,
  image: 'web:1',
  deploymentId: null,
  lastDeployment: null,
  createdAt: '2030-01-01T00:00:00.000Z',
  ...change,
})

export const aMachine = (name: string, change: Partial<Machine> = {}): Machine => ({
  id: name,
  name,
  role: 'manager',
  isLeader: true,
  state: 'ready',
  address: '10.0.0.1',
  engineVersion: '29.0.0',
  instances: 1,
  cpuMillis: 2000,
  availability: 'active',
  cordonReason: null,
  labels: {},
  memoryBytes: 8 * 1024 ** 3,
  reserved: { cpuMillis: 0, memoryBytes: 0 },
  holds: [],
  certificateEndsAt: null,
  addedAt: null,
  stats: null,
  lastSeenAt: null,
  ...change,
})

export const stats = (cpuRatio: number): Machine['stats'] => ({ ...idleStats, cpuRatio })

export const anInstance = (id: string, state: Instance['state'] = 'running'): Instance => ({
  id,
  service: 'web',
  releaseVersion: 1,
  machine: 'one',
  state,
  reason: null,
  restarts: 0,
  since: '2030-01-01T00:00:00.000Z',
})

export const aDeployment = (id: string, app: string, state: Deployment['state'] = 'running'): Deployment => ({
  id,
  app,
  kind: 'deploy',
  releaseVersion: null,
  image: 'web:1',
  state,
  steps: [],
  failure: null,
  requestedBy: 'ann',
  url: null,
  createdAt: '2030-01-01T00:00:00.000Z',
  finishedAt: null,
})

export const anEvent = (id: string, second: number, change: Partial<ActivityEvent> = {}): ActivityEvent => ({
  id,
  at: `2030-01-01T00:00:${String(second).padStart(2, '0')}.000Z`,
  actor: 'ann',
  kind: 'app_scaled',
  app: 'shop',
  project: 'default',
  detail: null,
  ...change,
})

type Parts = {
  apps?: App[]
  machines?: Machine[]
  relocations?: Relocation[]
  activity?: ActivityEvent[]
  focus?: Record<string, { instances?: Instance[]; deployment?: Deployment }>
}

export const aPicture = ({
  apps = [],
  machines = [],
  relocations = [],
  activity = [],
  focus = {},
}: Parts = {}): LivePicture => ({
  apps: new Map(apps.map((app) => [app.name, app])),
  machines,
  relocations,
  activity,
  focus: new Map(
    Object.entries(focus).map(([name, { instances = [], deployment }]) => [name, { instances, deployment }]),
  ),
})

export const aRelocation = (id: string, change: Partial<Relocation> = {}): Relocation => ({
  id,
  kind: 'drain',
  machine: 'one',
  state: 'running',
  words: null,
  steps: [],
  failure: null,
  requestedBy: 'ann',
  createdAt: '2030-01-01T00:00:00.000Z',
  finishedAt: null,
  ...change,
})

import type {
  ActivityEvent,
  AppFigures,
  ClusterSettings,
  Invitation,
  LiveEvent,
  LoginRequest,
  Machine,
  Me,
  Member,
  Registry,
  Relocation,
  Session,
  Token,
  User,
} from '@berth/contract'
import { control, markup, nastyTexts } from './hostile.ts'
import {
  exitedFailure,
  failedDeployment,
  hostileApps,
  manyApps,
  newId,
  type SampleApp,
  sampleApp,
  summaryOf,
} from './sample-apps.ts'
import { sampleMachines, sampleRelocations } from './sample-machines.ts'
import type { Scenario } from './scenarios.ts'

const hourMs = 3_600_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

type Listener = (event: LiveEvent, onlyFor: string | undefined) => void

/** All that a fake Berth knows. */
export type World = {
  readonly scenario: Scenario
  apps: Map<string, SampleApp>
  machines: Machine[]
  /** Newest first. */
  relocations: Relocation[]
  clusterSettings: ClusterSettings
  /** Newest first. */
  activity: ActivityEvent[]
  me: Me
  password: string
  isSignedIn: boolean
  /** A browser keeps showing the cookie of a session that has ended. */
  hasCookie: boolean
  needsCode: boolean
  tokens: Token[]
  sessions: Session[]
  users: User[]
  projects: Map<string, { createdAt: string; members: Member[] }>
  invitations: Map<string, Invitation>
  registries: Registry[]
  loginRequests: Map<string, LoginRequest>
  /** How long every answer takes. */
  answerAfterMs: number
  /** No answer at all until then, as while a server is being replaced. */
  goneUntilMs: number
  /** How many lines a log has. */
  logLines: number
  /** How many lines of logs were written out. */
  logLinesSent: number
  /** With a name: only to the pages of that app. */
  emit(event: LiveEvent, onlyFor?: string): void
  listen(listener: Listener): () => void
}

export function createWorld(scenario: Scenario): World {
  const machines = sampleMachines(scenario)
  const apps = appsOf(
    scenario,
    machines.map(({ name }) => name),
  )
  if (machines.length > 1 && scenario !== 'many') countInstances(machines, apps)
  const listeners = new Set<Listener>()
  const me = meOf(scenario)
  return {
    scenario,
    apps: new Map(apps.map((sample) => [sample.app.name, sample])),
    machines,
    relocations: sampleRelocations(scenario),
    clusterSettings: { rebalancesByItself: false },
    activity: sampleActivity(scenario, apps),
    me,
    password: 'correct horse battery',
    isSignedIn: scenario !== 'signed-out' && scenario !== 'second-factor',
    hasCookie: scenario !== 'signed-out' && scenario !== 'second-factor',
    needsCode: scenario === 'second-factor',
    tokens: sampleTokens(scenario),
    sessions: sampleSessions(scenario),
    users: sampleUsers(scenario, me),
    projects: sampleProjects(me, apps),
    invitations: sampleInvitations(scenario),
    registries: sampleRegistries(scenario),
    loginRequests: sampleLoginRequests(scenario),
    answerAfterMs: scenario === 'slow' ? 2_000 : 0,
    goneUntilMs: 0,
    logLines: scenario === 'flood' ? 100_000 : 1_000,
    logLinesSent: 0,
    emit: (event, onlyFor) => {
      for (const listener of listeners) listener(event, onlyFor)
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function countInstances(machines: Machine[], apps: readonly SampleApp[]) {
  const instances = apps.flatMap((sample) => sample.instances)
  for (const one of machines) one.instances = instances.filter(({ machine }) => machine === one.name).length
}

function appsOf(scenario: Scenario, machines: readonly string[]): SampleApp[] {
  const shop = () => sampleApp({ name: 'shop', machines })
  switch (scenario) {
    case 'empty':
    case 'must-change-password':
      return []
    case 'three':
    case 'fleet':
    case 'pressed':
    case 'draining':
      return [...manyApps(5, machines), sampleApp({ name: 'shop', replicas: 4, machines })]
    case 'many':
      return [...manyApps(299, machines), shop()]
    case 'hostile':
      return hostileApps(machines)
    case 'deploying':
      return [shop(), sampleApp({ name: 'fresh', state: 'deploying', replicas: 3, machines })]
    case 'failed':
      return failedApps(machines)
    case 'reader':
    case 'developer':
      return [shop(), sampleApp({ name: 'blog', project: 'team', machines })]
    default:
      return [shop()]
  }
}

function failedApps(machines: readonly string[]): SampleApp[] {
  const shop = sampleApp({ name: 'shop', machines, reason: 'The last deployment failed; v3 serves on' })
  const later = failedDeployment(
    { name: 'shop', version: 4, image: 'shop:4', agoMs: 90_000, requestedBy: 'ada@example.org' },
    'check',
    exitedFailure,
  )
  shop.deployments.unshift(later)
  shop.app.lastDeployment = summaryOf(later)

  const fresh = sampleApp({ name: 'fresh', state: 'empty', reason: 'Its first deployment failed', machines })
  const first = failedDeployment(
    { name: 'fresh', version: null, image: 'nginx:stabel', agoMs: 30_000, requestedBy: 'ada@example.org' },
    'resolve',
    {
      code: 'image_not_found',
      message: 'There is no image nginx:stabel in docker.io',
      hint: 'Check its name and tag; the repository has stable, latest, alpine',
      logLines: [],
    },
  )
  fresh.deployments.unshift(first)
  fresh.app.lastDeployment = summaryOf(first)
  return [
    shop,
    fresh,
    sampleApp({ name: 'wiki', state: 'down', machines }),
    sampleApp({ name: 'blog', state: 'degraded', replicas: 4, machines }),
  ]
}

function meOf(scenario: Scenario): Me {
  const role = scenario === 'reader' ? 'reader' : scenario === 'developer' ? 'developer' : 'admin'
  const isAdmin = role === 'admin'
  return {
    name: 'ada@example.org',
    kind: 'user',
    email: 'ada@example.org',
    access: scenario === 'must-change-password' ? 'self' : isAdmin ? 'admin' : role === 'reader' ? 'read' : 'deploy',
    isAdmin,
    mustChangePassword: scenario === 'must-change-password',
    hasSecondFactor: scenario === 'second-factor',
    projects: isAdmin
      ? [{ name: 'default', role: 'admin' }]
      : [{ name: 'default', role }, ...(role === 'developer' ? [{ name: 'team', role: 'reader' as const }] : [])],
  }
}

const kinds = [
  ['app_created', 'nginx:stable'],
  ['deployment_requested', 'v3 of nginx:stable'],
  ['deployment_succeeded', 'v3 in 6.3 s'],
  ['app_scaled', 'from 1 to 2'],
  ['deployment_failed', 'image_not_found: there is no image nginx:stabel in docker.io'],
  ['app_stopped', null],
  ['member_changed', 'grace@example.org is a developer now'],
  ['token_created', 'ci (deploy)'],
  ['signed_in', 'from 10.0.0.7'],
  ['sign_in_failed', 'from 203.0.113.9, 3 times'],
  ['machine_joins', 'machine-2 as a worker'],
  ['machine_cordoned', 'machine-2: 93 % of its memory is used'],
  ['machine_drain_succeeded', 'machine-1: 3 instances moved'],
  ['rebalance_suggested', '2 instances could move to machine-3: berth machines rebalance'],
] as const

function sampleActivity(scenario: Scenario, apps: readonly SampleApp[]): ActivityEvent[] {
  const count = { empty: 1, many: 1_200, flood: 5, one: 12 }[scenario as string] ?? 40
  return Array.from({ length: count }, (_, index) => {
    const [kind, detail] = kinds[index % kinds.length] ?? kinds[0]
    const isAppKind = kind.startsWith('app') || kind.startsWith('deployment')
    const app = isAppKind ? apps[index % Math.max(apps.length, 1)]?.app : undefined
    const nasty = nastyTexts[index % nastyTexts.length] ?? markup
    return {
      id: newId('a'),
      at: ago(index * index * 20_000 + 5_000),
      actor: scenario === 'hostile' ? nasty : index % 3 === 2 ? 'token ci' : 'ada@example.org',
      kind: scenario === 'hostile' && index % 8 === 5 ? 'a_kind_that_the_page_has_never_heard_of' : kind,
      app: app?.name ?? null,
      project: app?.project ?? null,
      detail: scenario === 'hostile' ? nasty : detail,
    }
  })
}

function sampleTokens(scenario: Scenario): Token[] {
  if (scenario === 'empty' || scenario === 'must-change-password') return []
  const names =
    scenario === 'hostile' ? [markup.slice(0, 60), 'n'.repeat(60), control] : ['ci', "ada's laptop", 'backup']
  return names.map((name, index) => ({
    id: newId('t'),
    name,
    access: (['deploy', 'admin', 'read'] as const)[index % 3] ?? 'read',
    project: index === 2 ? 'default' : null,
    createdBy: 'ada@example.org',
    createdAt: ago((index + 1) * 30 * hourMs),
    expiresAt: index === 1 ? null : new Date(Date.now() + (index === 0 ? 60 : 2) * 24 * hourMs).toISOString(),
    lastUsedAt: index === 2 ? null : ago(4 * 60_000),
  }))
}

function sampleSessions(scenario: Scenario): Session[] {
  const agents = [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    scenario === 'hostile' ? markup : null,
  ]
  return agents.map((userAgent, index) => ({
    id: newId('s'),
    isCurrent: index === 0,
    address: index === 2 ? null : `10.0.0.${7 + index}`,
    userAgent,
    createdAt: ago((index + 1) * 26 * hourMs),
    lastUsedAt: ago(index * 5 * hourMs + 1_000),
    expiresAt: new Date(Date.now() + (7 - index) * 24 * hourMs).toISOString(),
  }))
}

function sampleUsers(scenario: Scenario, me: Me): User[] {
  const others =
    scenario === 'empty'
      ? []
      : scenario === 'hostile'
        ? [`${'l'.repeat(60)}@${'d'.repeat(60)}.${'e'.repeat(60)}.example.org`, "o'hara+a'b_-.c@example.org"]
        : ['grace@example.org', 'linus@example.org', 'margaret@example.org']
  return [me.email ?? '', ...others].map((email, index) => ({
    id: index === 0 ? 'me' : newId('u'),
    email,
    isAdmin: index === 0 && me.isAdmin,
    isBlocked: index === 3,
    hasSecondFactor: index === 1,
    mustChangePassword: index === 2,
    projects: index === 0 ? me.projects : [{ name: 'default', role: index === 1 ? 'developer' : 'reader' }],
    lastSignInAt: index === 2 ? null : ago(index * 9 * hourMs + 60_000),
    createdAt: ago((90 - index) * 24 * hourMs),
  }))
}

function sampleProjects(me: Me, apps: readonly SampleApp[]): World['projects'] {
  const names = new Set(['default', ...me.projects.map(({ name }) => name), ...apps.map(({ app }) => app.project)])
  return new Map(
    [...names].sort().map((name) => [
      name,
      {
        createdAt: ago(90 * 24 * hourMs),
        members: [
          {
            userId: 'me',
            email: me.email ?? '',
            role: me.projects.find((project) => project.name === name)?.role ?? 'admin',
            isPlatformAdmin: me.isAdmin,
            since: ago(90 * 24 * hourMs),
          },
          {
            userId: 'grace',
            email: 'grace@example.org',
            role: 'developer',
            isPlatformAdmin: false,
            since: ago(40 * hourMs),
          },
        ],
      },
    ]),
  )
}

function sampleInvitations(scenario: Scenario): World['invitations'] {
  const invitation: Invitation = {
    id: newId('n'),
    email: 'barbara@example.org',
    project: 'default',
    role: 'developer',
    invitedBy: scenario === 'hostile' ? markup : 'ada@example.org',
    createdAt: ago(20 * hourMs),
    expiresAt: new Date(Date.now() + 52 * hourMs).toISOString(),
  }
  return new Map(scenario === 'empty' ? [] : [['good-secret', invitation]])
}

function sampleRegistries(scenario: Scenario): Registry[] {
  if (scenario === 'empty') return []
  const username = scenario === 'hostile' ? markup : 'ada'
  const by = { createdBy: scenario === 'hostile' ? markup : 'ada@example.org', createdAt: ago(50 * hourMs) }
  return [
    { id: newId('registry'), host: 'ghcr.io', username, project: null, ...by },
    { id: newId('registry'), host: 'registry.example.org:5000', username: 'expired', project: 'default', ...by },
  ]
}

function sampleLoginRequests(scenario: Scenario): World['loginRequests'] {
  const request: LoginRequest = {
    code: 'KDWX-2MPQ',
    client: scenario === 'hostile' ? markup.slice(0, 100) : "berth on ada's laptop",
    address: '10.0.0.7',
    state: 'waiting',
    expiresAt: new Date(Date.now() + 10 * 60_000).toISOString(),
  }
  return new Map([[request.code, request]])
}

/** What the edges would measure at a moment: a wave of its own for each app, and nothing where nothing runs. */
export function figuresOf({ app }: SampleApp, atMs: number): AppFigures {
  if (app.readyReplicas === 0)
    return { requestsPerSecond: null, errorsPerSecond: null, inFlight: null, cpuRatio: null, memoryBytes: null }
  const seed = [...app.name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  const wave = 1 + Math.sin(atMs / 31_000 + seed) * 0.6 + Math.sin(atMs / 7_000 + seed * 3) * 0.3
  const requestsPerSecond = Math.max(0, Math.round(wave * (seed % 90) * 10) / 10)
  return {
    requestsPerSecond,
    errorsPerSecond: app.state === 'degraded' ? Math.round(requestsPerSecond) / 10 : 0,
    inFlight: Math.round(requestsPerSecond / 20),
    cpuRatio: Math.max(0, wave * (seed % 40)) / 100,
    memoryBytes: Math.round((40 + (seed % 200) + wave * 10) * 1024 ** 2),
  }
}

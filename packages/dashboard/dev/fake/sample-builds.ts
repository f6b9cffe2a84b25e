import type { Build, BuildLogLine, BuildStep } from '@berth/contract'
import { nastyTexts } from './hostile.ts'
import { newId } from './sample-apps.ts'
import type { Scenario } from './scenarios.ts'

export const dockerfile = `# This is a Node app with npm.
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

export const stepTitles = [
  'FROM node:26-bookworm-slim AS packages',
  'WORKDIR /app',
  'COPY package.json package-lock.json ./',
  'RUN npm ci --omit=dev',
  'FROM node:26-bookworm-slim',
  'COPY --from=packages /app/node_modules node_modules',
  'COPY . .',
]
const stepSeconds = [2.1, 0.2, 0.3, 19.4, 0, 3.2, 0.6]

const minuteMs = 60_000
export const recognizedAs = 'Node 26 with npm: package.json has a start script'

export const builtImage = (app: string): Build['images'][number] => ({
  ...{ service: 'app-server', image: `127.0.0.1:5000/${app}@sha256:${'4b'.repeat(32)}`, imageBytes: 182_000_000 },
  ...{ port: 3000, environment: {} },
})

type Wish = { app: string; project: string; source: Build['source']; requestedBy: string }

export const newBuild = ({ app, project, source, requestedBy }: Wish): Build => ({
  ...{ id: newId('build'), app, project, source, requestedBy },
  ...{ state: source.kind === 'git' ? 'queued' : 'waiting', position: source.kind === 'git' ? 1 : null },
  ...{ commit: null, machine: null, recognizedAs: null, detail: null, steps: [], images: [], failure: null },
  ...{ deploymentId: null, createdAt: new Date().toISOString(), startedAt: null, finishedAt: null },
})

/** Steps one after the other from a moment on; `count` of them, of which the last runs or failed. */
function sampleSteps(startMs: number, count: number, last: BuildStep['state'] = 'done'): BuildStep[] {
  let atMs = startMs
  return stepTitles.slice(0, count).map((title, index) => {
    const startedAt = new Date(atMs).toISOString()
    atMs += (stepSeconds[index] ?? 1) * 1000
    const state = index === count - 1 ? last : 'done'
    const finishedAt = state === 'running' ? null : new Date(atMs).toISOString()
    return { title, state, isCached: index === 4, startedAt, finishedAt }
  })
}

/** Newest first, each in another state; their ids are in the addresses of pages that are looked at. */
export function sampleBuilds(app: string, project: string, scenario: Scenario): Build[] {
  const ago = (minutes: number) => new Date(Date.now() - minutes * minuteMs).toISOString()
  const of = (id: string, minutes: number, change: Partial<Build>): Build => ({
    ...newBuild({
      ...{ app, project, requestedBy: 'ada@example.org' },
      source: { kind: 'archive', name: `${app}.zip`, sizeBytes: 4_200_000 },
    }),
    ...{ id, machine: 'machine-1', recognizedAs, createdAt: ago(minutes), startedAt: ago(minutes) },
    ...change,
  })
  const git = { kind: 'git', url: `https://example.org/team/${app}.git`, ref: 'main' } as const
  const built = of('built', 90, {
    ...{ state: 'succeeded', finishedAt: ago(89.5), images: [builtImage(app)] },
    steps: sampleSteps(Date.now() - 90 * minuteMs, 7),
  })
  const broken = of('broken', 200, {
    ...{ state: 'failed', source: git, commit: '3f2a9c1b'.repeat(5), finishedAt: ago(199.7) },
    steps: sampleSteps(Date.now() - 200 * minuteMs, 4, 'failed'),
    failure: {
      code: 'command_failed',
      message: 'npm ci --omit=dev ended with exit code 1',
      hint: 'The last lines of the log say why',
      logLines: ['npm error code ENOENT', 'npm error syscall open', 'npm error path /app/package-lock.json'],
    },
  })
  const going = of('going', 0.2, {
    ...{ state: 'running', detail: null, steps: sampleSteps(Date.now() - 12_000, 4, 'running') },
  })
  const queued = of('queued', 0.1, {
    ...{ state: 'queued', position: 2, machine: null, recognizedAs: null, startedAt: null },
    detail: 'machine-1 builds another app first',
  })
  const cancelled = of('cancelled', 300, {
    ...{ state: 'cancelled', detail: 'cancelled by grace@example.org', finishedAt: ago(299), source: git },
  })
  if (scenario === 'empty') return []
  if (scenario === 'many' || scenario === 'three') return [queued, going, built, broken, cancelled]
  return scenario === 'hostile' ? [built, hostile(broken), cancelled] : [built, broken]
}

const hostile = (build: Build): Build => ({
  ...build,
  source: { kind: 'archive', name: nastyTexts[0].slice(0, 255), sizeBytes: 1 },
  recognizedAs: nastyTexts[1],
  requestedBy: nastyTexts[2],
  steps: build.steps.map((step, index) => ({ ...step, title: nastyTexts[index] ?? '' })),
  failure: { code: 'command_failed', message: nastyTexts[6], hint: nastyTexts[0], logLines: [...nastyTexts] },
})

/** What a build of the samples wrote. */
export function sampleLog({ steps, createdAt, failure }: Build): BuildLogLine[] {
  const texts = steps.flatMap(({ title }, index) => [
    `[${index + 1}/${stepTitles.length}] ${title}`,
    ...(title.startsWith('RUN')
      ? ['\u001B[32madded\u001B[0m 66 packages in 4s', '3 packages are looking for funding']
      : []),
  ])
  return [recognizedAs, ...texts, ...(failure?.logLines ?? [])].map((text, index) => ({
    at: new Date(Date.parse(createdAt) + index * 300).toISOString(),
    text,
  }))
}

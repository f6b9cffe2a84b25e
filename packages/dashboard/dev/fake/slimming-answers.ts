import { setTimeout as delay } from 'node:timers/promises'
import {
  cancelSlimming,
  createSlimming,
  followSlimming,
  listSlimmings,
  PlatformError,
  type ProofLine,
  type Slimming,
  type SlimReport,
} from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { getSample } from './app-answers.ts'
import { nastyTexts } from './hostile.ts'
import { newId } from './sample-apps.ts'
import type { World } from './world.ts'

const MiB = 1024 ** 2
const stepMs = 700
const details = [
  'reading 412 MiB',
  'putting the smaller image together',
  'starting the original',
  'publishing 120 of 264 MB',
]
const slimmingsOf = new WeakMap<World, Map<string, Slimming[]>>()

/** Each app has one that went well; one that asks for /broken is refused. `life`: how long what was begun goes on. */
export const slimmingAnswers = (life: AbortSignal): Answer[] => [
  answer(listSlimmings, ({ params }, { world }) => listOf(world, params.app)),
  answer(createSlimming, ({ params, body }, { world }) => {
    const list = listOf(world, params.app)
    if (list[0]?.state === 'running') throw new PlatformError('conflict', 'It is being made smaller already')
    const slimming = sample(world, params.app, { isAggressive: body.isAggressive })
    list.unshift(slimming)
    const isBroken = body.paths.includes('/broken')
    work(slimming, isBroken ? refused(world) : slimmed(world, params.app), life).catch((error) => {
      if (!life.aborted) throw error
    })
    return slimming
  }),
  answer(followSlimming, ({ params }, { world, signal }) => events(find(world, params.app, params.slimmingId), signal)),
  answer(cancelSlimming, ({ params }, { world }) => {
    const slimming = find(world, params.app, params.slimmingId)
    if (slimming.state !== 'running') throw new PlatformError('slimming_finished', `It has ${slimming.state} already`)
    const failure = { code: 'conflict', message: `Cancelled by ${world.me.name}`, hint: null }
    return end(slimming, { state: 'cancelled', failure })
  }),
]

function listOf(world: World, app: string): Slimming[] {
  const { releaseVersion } = getSample(world, app).app
  const all = slimmingsOf.get(world) ?? new Map<string, Slimming[]>()
  slimmingsOf.set(world, all)
  const first = () => [end(sample(world, app), { state: 'succeeded', report: slimmed(world, app) })]
  const found = all.get(app) ?? (releaseVersion === null ? [] : first())
  all.set(app, found)
  return found
}

function find(world: World, app: string, id: string): Slimming {
  const found = listOf(world, app).find((slimming) => slimming.id === id)
  if (!found) throw notFound('slimming_not_found', `App ${app} has no slimming ${id}`)
  return found
}

function sample(world: World, name: string, change: Partial<Slimming> = {}): Slimming {
  const { app } = getSample(world, name)
  if (app.releaseVersion === null) throw notFound('release_not_found', `App ${name} has no release yet`)
  return {
    ...{ id: newId('slim'), app: name, service: 'web', releaseVersion: app.releaseVersion, isAggressive: false },
    ...{ image: imageOf(name, '4b'), machine: world.machines[0]?.name ?? 'm1', state: 'running', detail: null },
    ...{ report: null, failure: null, requestedBy: world.me.name },
    ...{ createdAt: new Date().toISOString(), finishedAt: null },
    ...change,
  }
}

const imageOf = (app: string, byte: string) => `127.0.0.1:5000/${app}@sha256:${byte.repeat(32)}`

async function work(slimming: Slimming, report: SlimReport, life: AbortSignal) {
  for (const detail of details) {
    slimming.detail = detail
    await delay(stepMs, undefined, { signal: life, ref: false })
    if (slimming.state !== 'running') return
  }
  end(slimming, { state: 'succeeded', report })
}

const end = (slimming: Slimming, change: Partial<Slimming>): Slimming =>
  Object.assign(slimming, change, { detail: null, finishedAt: new Date().toISOString() })

async function* events(slimming: Slimming, signal: AbortSignal): AsyncGenerator<Slimming> {
  for (;;) {
    yield structuredClone(slimming)
    if (slimming.state !== 'running') return
    await delay(stepMs / 2, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
  }
}

const slimmed = (world: World, app: string): SlimReport => ({
  ...{ outcome: 'slimmed', image: imageOf(app, '5c'), squashedBytes: 49 * MiB },
  before: { sizeBytes: 412 * MiB, layers: 9 },
  after: { sizeBytes: 318 * MiB, layers: 1 },
  leftOut: [
    { kind: 'language_cache', sizeBytes: 38 * MiB, files: 1200, examples: ['/root/.npm/_cacache'] },
    { kind: 'documentation', sizeBytes: 7 * MiB, files: 410, examples: ['/usr/share/doc', '/usr/share/man'] },
  ],
  proof: [
    { verdict: 'same', text: 'Both pass the health check, after 1.2 s and 1.1 s' },
    { verdict: 'same', text: 'GET /: 200, text/html, the same 4.1 KiB' },
    { verdict: 'note', text: 'GET /time: 200; the body changes with each request, so it was not compared' },
    ...hostile(world),
  ],
})

const refused = (world: World): SlimReport => ({
  ...slimmed(world, 'none'),
  ...{ outcome: 'refused', image: null },
  proof: [
    { verdict: 'same', text: 'Both pass the health check, after 1.2 s and 1.1 s' },
    { verdict: 'failed', text: 'GET /broken: 200 before, 500 now' },
  ],
})

const hostile = ({ scenario }: World): ProofLine[] =>
  scenario === 'hostile' ? nastyTexts.map((text) => ({ verdict: 'note', text })) : []

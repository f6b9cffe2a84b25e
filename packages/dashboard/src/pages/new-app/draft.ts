import type { NamedValue } from '#parts/named-values.ts'
import { type BuildExtras, noExtras } from '#source/build-extras.ts'
import type { EnvRow } from '../app/environment/env-draft.ts'

/** An app as far as it was described, all as it was typed. */
export type Draft = BuildExtras & {
  /** What it is made from. */
  from: 'image' | 'files' | 'git'
  image: string
  gitUrl: string
  /** Empty: the default branch. */
  gitRef: string
  /** Of the source, to build in; empty: its root. */
  folder: string
  /** Path in the source; empty: the one that is found, or one is written. */
  dockerfile: string
  /** Empty and not own: the proposal counts. */
  name: string
  isNameOwn: boolean
  project: string
  replicas: string
  /** Takes no requests. */
  isWorker: boolean
  port: string
  isPortOwn: boolean
  memory: string
  cpu: string
  healthPath: string
  /** One argument a line. */
  command: string
  env: EnvRow[]
  /** Keys of rows whose values were not kept over a reload. */
  forgotten: string[]
  /** What was deployed from this; the app exists since then. */
  tried: Tried | undefined
}

export type Tried = {
  app: string
  /** Either a build, which leads to a deployment, or a deployment. */
  buildId?: string | undefined
  deploymentId?: string | undefined
  envNames: string[]
  replicas: number
  hasMemory: boolean
  hasCpu: boolean
  /** False: it is being corrected. */
  isWatched: boolean
}

export const blankDraft = (project: string): Draft => ({
  from: 'image',
  image: '',
  gitUrl: '',
  gitRef: '',
  folder: '',
  dockerfile: '',
  ...noExtras,
  name: '',
  isNameOwn: false,
  project,
  replicas: '1',
  isWorker: false,
  port: '',
  isPortOwn: false,
  memory: '',
  cpu: '',
  healthPath: '',
  command: '',
  env: [],
  forgotten: [],
  tried: undefined,
})

export const isBlank = (draft: Draft): boolean =>
  JSON.stringify({ ...draft, project: '' }) === JSON.stringify(blankDraft(''))

/** For the browser to keep: of variables and what builds are given the names, never the values. */
export const writeDraft = (draft: Draft, owner: string): string =>
  JSON.stringify({
    owner,
    draft: {
      ...draft,
      ...Object.fromEntries(valued.map((field) => [field, draft[field].map(({ key, name }) => ({ key, name }))])),
      forgotten: [...draft.forgotten, ...valued.flatMap((field) => keysWithValues(draft[field]))],
    },
  })

const valued = ['env', 'buildArgs', 'buildSecrets'] as const

const keysWithValues = (rows: readonly NamedValue[]) => rows.filter(({ value }) => value !== '').map(({ key }) => key)

/** Undefined where nothing usable was kept, or somebody else's. */
export function readDraft(text: string | null, owner: string): Draft | undefined {
  const kept = parse(text)
  if (!kept || kept.owner !== owner || typeof kept.draft !== 'object' || kept.draft === null) return undefined
  const draft = kept.draft as Partial<Draft>
  const blank = blankDraft('')
  const isWhole = Object.entries(blank).every(
    ([field, value]) => field === 'tried' || typeof draft[field as keyof Draft] === typeof value,
  )
  const { env, buildArgs, buildSecrets, forgotten } = draft
  if (!isWhole || ![env, buildArgs, buildSecrets, forgotten].every(Array.isArray)) return undefined
  return {
    ...{ ...blank, ...draft, env: emptied(env).map((row) => ({ ...row, former: undefined, isRemoved: false })) },
    ...{ buildArgs: emptied(buildArgs), buildSecrets: emptied(buildSecrets) },
  }
}

const emptied = (rows: readonly NamedValue[] = []): NamedValue[] =>
  rows.map(({ key, name }) => ({ key, name, value: '' }))

function parse(text: string | null): { owner?: unknown; draft?: unknown } | undefined {
  try {
    const kept: unknown = JSON.parse(text ?? 'null')
    return typeof kept === 'object' && kept !== null ? kept : undefined
  } catch {
    return undefined
  }
}

import {
  type BuildSource,
  createApp,
  createBuild,
  type InputOf,
  parseCpuMillis,
  parseMemoryBytes,
  type ServiceChange,
} from '@berth/contract'
import type { NamedValue } from '#parts/named-values.ts'
import { type ExtrasWish, readExtras } from '#source/build-extras.ts'
import type { ChosenSource } from '#source/chosen-source.ts'
import { readOrigin } from '#source/origin.ts'
import type { BuildWish } from '#source/use-request-build.ts'
import { describeFault } from '../app/environment/dotenv.ts'
import { envOf, listRowFaults } from '../app/environment/env-draft.ts'
import { readCommand } from '../app/settings/service-form.ts'
import type { Draft, Tried } from './draft.ts'

type Body = InputOf<typeof createApp>['body']

/** What is asked for, and what it is made from: an image, or a source that is built first. */
export type NewApp = Omit<Body, 'image'> & { origin: Origin }
export type Origin =
  | { kind: 'image'; image: string }
  | { kind: 'source'; source: BuildSource | undefined; folder: string; dockerfile: string; extras: ExtrasWish }

/** In the order of the page. */
export const fields = [
  'image',
  'files',
  'gitUrl',
  'gitRef',
  'folder',
  'dockerfile',
  'buildArgs',
  'buildSecrets',
  'pushTo',
  'name',
  'project',
  'port',
  'replicas',
  'memory',
  'cpu',
  'healthPath',
  'command',
  'env',
] as const
export type Field = (typeof fields)[number]
export type Faults = Partial<Record<Field, string>>

export type Reading = {
  /** What to ask for; only to be used where there are no faults. */
  input: NewApp
  faults: Faults
  /** By the key of the row. */
  rowFaults: Map<string, string>
}

/** What the form asks for, checked as the server checks it. `draft` with proposals filled in. */
export function readNewApp(draft: Draft, chosen?: ChosenSource): Reading {
  const faults: Faults = {}
  const rowFaults = listRowFaults(draft.env, describeFault)
  addForgotten(draft.env, draft, rowFaults)
  if (rowFaults.size > 0) faults.env = 'Correct the variables that are marked'

  const env = Object.fromEntries(envOf(draft.env))
  const input: NewApp = {
    name: draft.name.trim(),
    project: draft.project,
    origin: readOriginOf(draft, { chosen, faults, rowFaults }),
    replicas: readWhole(draft.replicas, 'use a whole number from 1 to 100', (fault) => {
      faults.replicas = fault
    }),
    ...readPort(draft, faults),
    ...readLimits(draft, faults),
    ...readCommandOf(draft, faults),
    ...(Object.keys(env).length > 0 ? { env } : {}),
  }
  addSchemaFaults(input, faults)
  if (input.name === '') faults.name = 'give it a name'
  return { input, faults, rowFaults }
}

function addForgotten(rows: readonly NamedValue[], { forgotten }: Draft, rowFaults: Map<string, string>): boolean {
  const missing = rows.filter(({ key, name, value }) => forgotten.includes(key) && name.trim() !== '' && value === '')
  for (const { key } of missing)
    rowFaults.set(key, 'type its value again, or remove it: values are not kept over a reload')
  return missing.length > 0
}

type Read = { chosen: ChosenSource | undefined; faults: Faults; rowFaults: Map<string, string> }

function readOriginOf(draft: Draft, { chosen, faults, rowFaults }: Read): Origin {
  if (draft.from === 'image') {
    if (draft.image.trim() === '') faults.image = 'give the image that is to run'
    return { kind: 'image', image: draft.image.trim() }
  }
  const { gitUrl: url, gitRef: ref } = draft
  const read = readOrigin(draft.from === 'git' ? { kind: 'git', url, ref } : { kind: 'files', chosen })
  Object.assign(faults, read.faults)
  const [folder, dockerfile] = [draft.folder.trim(), draft.dockerfile.trim()]
  return { kind: 'source', source: read.source, folder, dockerfile, extras: readExtrasOf(draft, faults, rowFaults) }
}

function readExtrasOf(draft: Draft, faults: Faults, rowFaults: Map<string, string>): ExtrasWish {
  const read = readExtras(draft)
  Object.assign(faults, read.faults)
  for (const [key, fault] of read.rowFaults) rowFaults.set(key, fault)
  for (const field of ['buildArgs', 'buildSecrets'] as const)
    if (addForgotten(draft[field], draft, rowFaults)) faults[field] = 'Correct those that are marked'
  return read.wish
}

function readWhole(text: string, example: string, refuse: (fault: string) => void): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text)
  refuse(example)
  return 1
}

/** An app that takes no requests by mistake looks like one that is broken, so that choice has to be made. */
function readPort(draft: Draft, faults: Faults): Pick<NewApp, 'port' | 'healthCheck'> {
  if (draft.isWorker) return { port: null }
  const path = draft.healthPath.trim()
  const healthCheck = path === '' ? {} : { healthCheck: { path } }
  // What is built says itself where it listens, as far as that can be seen.
  if (draft.port.trim() === '' && draft.from !== 'image') return healthCheck
  if (draft.port.trim() === '') {
    faults.port = 'give the port that the program listens on, or say that it takes no requests'
    return healthCheck
  }
  return {
    port: readWhole(draft.port, 'use a port from 1 to 65535', (fault) => {
      faults.port = fault
    }),
    ...healthCheck,
  }
}

const notTakenAway = 'a limit that was set can be changed, but not taken away'

function readLimits(draft: Draft, faults: Faults): Pick<NewApp, 'resources'> {
  const memoryBytes = parseMemoryBytes(draft.memory)
  const cpuMillis = parseCpuMillis(draft.cpu)
  const [hasMemory, hasCpu] = [draft.memory.trim() !== '', draft.cpu.trim() !== '']
  if (hasMemory && memoryBytes === undefined) faults.memory = 'use a size such as 128M or 1G'
  if (hasCpu && cpuMillis === undefined) faults.cpu = 'use a number of cores such as 0.15 or 2'
  if (draft.tried?.hasMemory && !hasMemory) faults.memory = notTakenAway
  if (draft.tried?.hasCpu && !hasCpu) faults.cpu = notTakenAway
  const resources = {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpuMillis === undefined ? {} : { cpuMillis }),
  }
  return Object.keys(resources).length > 0 ? { resources } : {}
}

function readCommandOf(draft: Draft, faults: Faults): Pick<NewApp, 'command'> {
  const command = readCommand(draft.command)
  if (command === undefined) faults.command = 'this begins like JSON but is no list of texts'
  return command && command.length > 0 ? { command } : {}
}

const fieldOfPath: Record<string, Field> = {
  image: 'image',
  name: 'name',
  project: 'project',
  port: 'port',
  replicas: 'replicas',
  'resources.memoryBytes': 'memory',
  'resources.cpuMillis': 'cpu',
  'healthCheck.path': 'healthPath',
}

const withoutImage = createApp.body?.omit({ image: true })

function addSchemaFaults({ origin, ...input }: NewApp, faults: Faults) {
  const checked =
    origin.kind === 'image'
      ? createApp.body?.safeParse({ ...input, image: origin.image })
      : withoutImage?.safeParse(input)
  for (const { path, message } of checked?.error?.issues ?? []) {
    const first = path[0] === 'command' || path[0] === 'env' ? path[0] : undefined
    const field = fieldOfPath[path.join('.')] ?? first
    if (field) faults[field] ??= message
  }
  if (origin.kind === 'source') addOptionFaults(origin, faults)
}

function addOptionFaults({ folder, dockerfile }: { folder: string; dockerfile: string }, faults: Faults) {
  const options = createBuild.body?.shape.options.safeParse({ folder, dockerfile })
  for (const { path, message } of options?.error?.issues ?? []) {
    if (path[0] === 'folder' || path[0] === 'dockerfile') faults[path[0]] ??= message
  }
}

/** What is remembered of a try, so that the next one can say what is no more wanted. */
export const triedOf = (input: NewApp, led: Pick<Tried, 'buildId' | 'deploymentId'>): Tried => ({
  app: input.name,
  ...led,
  envNames: Object.keys(input.env ?? {}),
  replicas: input.replicas ?? 1,
  hasMemory: input.resources?.memoryBytes !== undefined,
  hasCpu: input.resources?.cpuMillis !== undefined,
  isWatched: true,
})

/** The same as a change of an app that exists: everything is said, so that nothing of the try before stays. */
export function changeOfRetry(input: NewApp, tried: Pick<Tried, 'envNames'>): ServiceChange {
  const dropped = tried.envNames.filter((name) => !Object.hasOwn(input.env ?? {}, name))
  return {
    ...(input.origin.kind === 'image' ? { image: input.origin.image, port: input.port ?? null } : portOf(input)),
    command: input.command ?? null,
    env: { ...Object.fromEntries(dropped.map((name) => [name, null])), ...input.env },
    healthCheck: input.healthCheck ?? {},
    ...(input.resources ? { resources: input.resources } : {}),
  }
}

const portOf = ({ port }: NewApp) => (port === undefined ? {} : { port })

/** The app out of an image. */
export const imageAppOf = ({ origin, ...input }: NewApp): Body => ({
  ...input,
  image: origin.kind === 'image' ? origin.image : '',
})

/** The build of a source and its deployment; a second one says everything again. */
export function buildOf(input: NewApp, source: BuildSource, tried: Tried | undefined): BuildWish {
  const { name, project, origin, replicas, env } = input
  const { folder, dockerfile, extras } =
    origin.kind === 'source' ? origin : { folder: '', dockerfile: '', extras: { options: {} } }
  const { options, ...secrets } = extras
  const change = tried ? changeOfRetry(input, tried) : { ...portOf(input), ...saidOf(input), ...(env ? { env } : {}) }
  return {
    ...{ app: name, project, source, deploy: { change, replicas } },
    ...{ options: { ...(folder ? { folder } : {}), ...(dockerfile ? { dockerfile } : {}), ...options }, ...secrets },
  }
}

const saidOf = ({ command, healthCheck, resources }: NewApp): ServiceChange => ({
  ...(command ? { command } : {}),
  ...(healthCheck ? { healthCheck } : {}),
  ...(resources ? { resources } : {}),
})

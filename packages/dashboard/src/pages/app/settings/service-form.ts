import {
  anywhere,
  formatBytes,
  formatCpu,
  parseCpuMillis,
  parseDurationMs,
  parseMemoryBytes,
  type Release,
  ServiceChange,
} from '@berth/contract'
import { readLabels, writeLabels } from '#parts/label-change.ts'

type Service = Release['services'][number]

/** As typed. */
export type ServiceForm = {
  cpu: string
  memory: string
  reservedCpu: string
  reservedMemory: string
  port: string
  healthPath: string
  command: string
  stopTimeout: string
  /** disk=ssd zone=a */
  on: string
  spread: string
  replayUnsafeRequests: boolean
}
export type FormField = keyof ServiceForm
export type FormFaults = Partial<Record<FormField, string>>

export type ServiceDraft = { change: ServiceChange; faults: FormFaults; words: string[] }

const MiB = 1024 ** 2

export function formOf({
  resources,
  port,
  healthCheck,
  command,
  stopTimeoutMs,
  replayUnsafeRequests,
  placement = anywhere,
}: Service): ServiceForm {
  const { cpuMillis, memoryBytes, reservedCpuMillis, reservedMemoryBytes } = resources
  return {
    cpu: cpuMillis === undefined ? '' : formatCpu(cpuMillis),
    memory: memoryBytes === undefined ? '' : writeMemory(memoryBytes),
    reservedCpu: reservedCpuMillis === undefined ? '' : formatCpu(reservedCpuMillis),
    reservedMemory: reservedMemoryBytes === undefined ? '' : writeMemory(reservedMemoryBytes),
    port: port === undefined ? '' : `${port}`,
    healthPath: healthCheck.path ?? '',
    command: writeCommand(command),
    stopTimeout: `${stopTimeoutMs / 1000}s`,
    replayUnsafeRequests,
    on: writeLabels(placement.on).replaceAll('\n', ' '),
    spread: placement.spread ?? '',
  }
}

/** "256M", "1536M", or bytes where they are no whole number of MiB: read back it must be the same. */
const writeMemory = (bytes: number): string => {
  if (bytes % (1024 * MiB) === 0) return `${bytes / (1024 * MiB)}G`
  return bytes % MiB === 0 ? `${bytes / MiB}M` : `${bytes}`
}

/** One argument a line; as JSON where that would not be the same. */
function writeCommand(command: readonly string[] | undefined): string {
  if (!command || command.length === 0) return ''
  const isPlain = command.every(
    (argument) => argument !== '' && argument === argument.trim() && !/[\r\n]/.test(argument),
  )
  return isPlain && !command[0]?.startsWith('[') ? command.join('\n') : JSON.stringify(command)
}

/** What the form asks for beyond what the release has, checked as the server checks it. */
export function readServiceForm(form: ServiceForm, service: Service): ServiceDraft {
  const former = formOf(service)
  const draft: ServiceDraft = { change: {}, faults: {}, words: [] }
  const differs = (field: FormField) => form[field] !== former[field]

  readResources(form, differs, draft)
  if (differs('port')) readPort(form.port.trim(), draft)
  if (differs('healthPath')) {
    const path = form.healthPath.trim()
    draft.change.healthCheck = path === '' ? {} : { path }
    draft.words.push(path === '' ? 'Health check: an accepted connection' : `Health check: ${path}`)
  }
  if (differs('command')) readCommandInto(form.command, draft)
  if (differs('stopTimeout')) {
    const stopTimeoutMs = parseDurationMs(form.stopTimeout)
    if (stopTimeoutMs === undefined) draft.faults.stopTimeout = 'use a time such as 10s or 1m'
    else {
      draft.change.stopTimeoutMs = stopTimeoutMs
      draft.words.push(`Time to stop: ${form.stopTimeout.trim()}`)
    }
  }
  if (differs('on')) readOn(form.on, service, draft)
  if (differs('spread')) readSpread(form.spread.trim(), draft)
  if (form.replayUnsafeRequests !== former.replayUnsafeRequests) {
    draft.change.replayUnsafeRequests = form.replayUnsafeRequests
    draft.words.push(
      form.replayUnsafeRequests ? 'Requests that change things may be sent again' : 'Only safe requests are sent again',
    )
  }
  checkContradictions(draft, service)
  addSchemaFaults(draft)
  return draft
}

type ResourceKey = keyof NonNullable<ServiceChange['resources']>
type ResourceRule = {
  field: 'cpu' | 'memory' | 'reservedCpu' | 'reservedMemory'
  key: ResourceKey
  words: string
  parse(text: string): number | undefined
  format(value: number): string
  example: string
}

const cores = (cpuMillis: number) => `${formatCpu(cpuMillis)} cores`
const resourceRules: readonly ResourceRule[] = [
  { field: 'cpu', key: 'cpuMillis', words: 'CPU limit', parse: parseCpuMillis, format: cores, example: '0.5 or 500m' },
  {
    field: 'memory',
    key: 'memoryBytes',
    words: 'Memory limit',
    parse: parseMemoryBytes,
    format: formatBytes,
    example: '256M or 1G',
  },
  {
    field: 'reservedCpu',
    key: 'reservedCpuMillis',
    words: 'Reserved CPU',
    parse: parseCpuMillis,
    format: cores,
    example: '0.25 or 250m',
  },
  {
    field: 'reservedMemory',
    key: 'reservedMemoryBytes',
    words: 'Reserved memory',
    parse: parseMemoryBytes,
    format: formatBytes,
    example: '128M',
  },
]

function readResources(form: ServiceForm, differs: (field: FormField) => boolean, draft: ServiceDraft) {
  for (const { field, key, words, parse, format, example } of resourceRules) {
    if (!differs(field)) continue
    const text = form[field].trim()
    const isReservation = field === 'reservedCpu' || field === 'reservedMemory'
    if (text === '' && !isReservation) {
      draft.faults[field] = 'a limit can be raised but not taken away'
      continue
    }
    // Nothing said about a reservation: it follows what is observed.
    const value = text === '' ? null : parse(text)
    if (value === undefined) {
      draft.faults[field] = `use an amount such as ${example}`
      continue
    }
    draft.change.resources = { ...draft.change.resources, [key]: value }
    draft.words.push(`${words}: ${value === null ? 'from what is observed' : value === 0 ? 'none' : format(value)}`)
  }
}

function readOn(text: string, { placement = anywhere }: Service, draft: ServiceDraft) {
  const { change, fault } = readLabels(text, placement.on)
  if (fault !== undefined) {
    draft.faults.on = fault
    return
  }
  draft.change.placement = { ...draft.change.placement, on: change }
  draft.words.push(
    text.trim() === ''
      ? 'Runs on any machine'
      : `Runs only where ${text
          .trim()
          .split(/[\s,]+/)
          .join(' and ')}`,
  )
}

function readSpread(label: string, draft: ServiceDraft) {
  draft.change.placement = { ...draft.change.placement, spread: label === '' ? null : label }
  draft.words.push(label === '' ? 'Spread over machines alone' : `Spread over the values of ${label}`)
}

function readPort(text: string, draft: ServiceDraft) {
  if (text !== '' && !/^\d+$/.test(text)) {
    draft.faults.port = 'use a whole number from 1 to 65535'
    return
  }
  draft.change.port = text === '' ? null : Number(text)
  draft.words.push(text === '' ? 'No port: it takes no requests any more' : `Port: ${text}`)
}

function readCommandInto(text: string, draft: ServiceDraft) {
  const command = readCommand(text)
  if (command === undefined) {
    draft.faults.command = 'this begins like JSON but is no list of texts'
    return
  }
  draft.change.command = command.length === 0 ? null : command
  draft.words.push(command.length === 0 ? 'Command: as the image says' : `Command: ${command.join(' ')}`)
}

export function readCommand(text: string): string[] | undefined {
  if (!text.trimStart().startsWith('['))
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean)
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined
  } catch {
    return undefined
  }
}

function checkContradictions({ change, faults }: ServiceDraft, { resources: former }: Service) {
  const { cpuMillis, memoryBytes, ...reserved } = { ...former, ...change.resources }
  const { reservedCpuMillis, reservedMemoryBytes } = reserved
  if (memoryBytes !== undefined && (reservedMemoryBytes ?? 0) > memoryBytes)
    faults.reservedMemory ??= `is above the limit of ${formatBytes(memoryBytes)}`
  if (cpuMillis !== undefined && (reservedCpuMillis ?? 0) > cpuMillis)
    faults.reservedCpu ??= `is above the limit of ${cores(cpuMillis)}`
}

const fieldOfPath: Record<string, FormField> = {
  'resources.cpuMillis': 'cpu',
  'resources.memoryBytes': 'memory',
  'resources.reservedCpuMillis': 'reservedCpu',
  'resources.reservedMemoryBytes': 'reservedMemory',
  'healthCheck.path': 'healthPath',
  'placement.spread': 'spread',
  port: 'port',
  stopTimeoutMs: 'stopTimeout',
}

function addSchemaFaults({ change, faults }: ServiceDraft) {
  const checked = ServiceChange.safeParse(change)
  if (checked.success) return
  for (const issue of checked.error.issues) {
    const field = fieldOfPath[issue.path.join('.')] ?? (issue.path[0] === 'command' ? 'command' : undefined)
    if (field) faults[field] ??= issue.message
  }
}

import { type BuildSource, formatBytes, formatCpu } from '@berth/contract'
import type { ExtrasWish } from '#source/build-extras.ts'
import type { NewApp, Origin } from './new-app-input.ts'

export type ReviewLine = { label: string; words: string }

/** What will be done, in words, without values of the environment. */
export function describeNewApp(input: NewApp, domain: string | undefined): ReviewLine[] {
  const { name, project = 'default', origin, replicas = 1, command, env = {} } = input
  const names = Object.keys(env)
  return [
    { label: 'App', words: `${name}, in the project ${project}` },
    ...describeOrigin(origin),
    {
      label: 'Instances',
      words: `${replicas === 1 ? '1 instance' : `${replicas} instances`}, ${describeLimits(input)}`,
    },
    { label: 'Requests', words: describeRequests(input, domain) },
    { label: 'Command', words: command && command.length > 0 ? command.map(quote).join(' ') : unsaid(origin) },
    {
      label: 'Environment',
      words:
        names.length === 0
          ? 'nothing beyond what the image sets'
          : `${names.length === 1 ? '1 variable' : `${names.length} variables`}: ${names.join(', ')}`,
    },
  ]
}

const unsaid = ({ kind }: Origin) => (kind === 'image' ? 'as the image says' : 'as the source says')

function describeOrigin(origin: Origin): ReviewLine[] {
  if (origin.kind === 'image') return [{ label: 'Image', words: origin.image }]
  const { source, folder, dockerfile, extras } = origin
  const within = folder ? `, of it the folder ${folder}` : ''
  return [
    { label: 'Source', words: `${source ? describeSource(source) : 'none'}${within}` },
    { label: 'Built with', words: dockerfile || 'its Dockerfile, or one that Berth writes for what it finds' },
    ...describeExtras(extras),
  ]
}

function describeExtras({ options: { args = {}, pushTo }, secrets = {} }: ExtrasWish): ReviewLine[] {
  const [argNames, secretNames] = [Object.keys(args), Object.keys(secrets)]
  return [
    ...(argNames.length > 0 ? [{ label: 'Arguments', words: `${argNames.join(', ')}, for its build` }] : []),
    ...(secretNames.length > 0
      ? [{ label: 'Secrets', words: `${secretNames.join(', ')}, for its build alone, and gone with its end` }]
      : []),
    ...(pushTo ? [{ label: 'Pushed to', words: `${pushTo}, as well as to the cluster’s own registry` }] : []),
  ]
}

const describeSource = (source: BuildSource) =>
  source.kind === 'git' ? `${source.url}, ${source.ref ?? 'its default branch'}` : source.name

function describeLimits({ resources, replicas = 1 }: NewApp): string {
  const each = replicas === 1 ? '' : 'each '
  const memory =
    resources?.memoryBytes === undefined
      ? 'with the usual memory limit'
      : `with at most ${formatBytes(resources.memoryBytes)} of memory`
  const cpu =
    resources?.cpuMillis === undefined
      ? 'as much CPU as is free'
      : `at most ${formatCpu(resources.cpuMillis)} ${resources.cpuMillis === 1000 ? 'core' : 'cores'}`
  return `${each}${memory} and ${cpu}`
}

function describeRequests({ name, port, healthCheck, origin }: NewApp, domain: string | undefined): string {
  if (port === undefined && origin.kind === 'source')
    return `${domain === undefined ? 'its URL' : `${name}.${domain}`} leads to the port that the source says, if it says one`
  if (port === null || port === undefined) return 'takes none: it is a worker and gets no URL'
  const host = domain === undefined ? 'its URL' : `${name}.${domain}`
  const ready = healthCheck?.path
    ? `once ${healthCheck.path} answers with 200 to 399`
    : 'once something accepts connections there'
  return `${host} leads to port ${port}, ${ready}`
}

const quote = (argument: string) => (/^[\w./:@%+,=~^-]+$/.test(argument) ? argument : JSON.stringify(argument))

import { formatBytes, formatCpu, type Resources } from '@berth/contract'
import type { ReleaseService } from './release-store.ts'

/**
 * What a release changes against the one before it, a line for each thing. Of the environment only names: the values may
 * be secrets, and releases are shown to more people than those.
 */
export function describeChanges(
  before: readonly ReleaseService[] | undefined,
  after: readonly ReleaseService[],
): string[] {
  if (!before) return ['the first release']
  const earlier = new Map(before.map((service) => [service.name, service]))
  const names = new Set(after.map(({ name }) => name))
  return [
    ...after.flatMap((service) => {
      const was = earlier.get(service.name)
      const lines = was ? changesOf(was, service) : [`added, from ${service.image}`]
      // With one service, as most apps have, there is nothing to tell apart.
      return after.length === 1 && before.length === 1 && was ? lines : lines.map((line) => `${service.name}: ${line}`)
    }),
    ...before.filter(({ name }) => !names.has(name)).map(({ name }) => `${name}: removed`),
  ]
}

function changesOf(before: ReleaseService, after: ReleaseService): string[] {
  return [
    ...imageChange(before, after),
    ...change('command', before.command?.join(' '), after.command?.join(' '), 'the one of the image'),
    ...change('port', before.port, after.port, 'none'),
    ...resourceChanges(before.resources, after.resources),
    ...change('runs on', conditions(before), conditions(after), 'any machine'),
    ...change('spread over', before.placement?.spread, after.placement?.spread, 'machines'),
    ...change('health check', before.healthCheck.path, after.healthCheck.path, 'connect'),
    ...envChanges(before.env, after.env),
    ...change('repeats unsafe requests', yesNo(before.replayUnsafeRequests), yesNo(after.replayUnsafeRequests), 'no'),
    ...change('stop timeout', seconds(before.stopTimeoutMs), seconds(after.stopTimeoutMs), 'none'),
  ]
}

function imageChange(before: ReleaseService, after: ReleaseService): string[] {
  if (before.image !== after.image) return [`image ${before.image} to ${after.image}`]
  if (before.imageDigest === after.imageDigest) return []
  return [`image ${after.image} is newer: ${shortDigest(before)} to ${shortDigest(after)}`]
}

const shortDigest = ({ imageDigest }: ReleaseService) =>
  imageDigest.slice(imageDigest.indexOf('@') + 1).replace(/^(\w+:\w{12}).*$/, '$1')

function resourceChanges(before: Resources, after: Resources): string[] {
  const bytes = (value: number | undefined) => value && formatBytes(value)
  const cores = (value: number | undefined) => value && `${formatCpu(value)} cores`
  return [
    ...change('memory limit', bytes(before.memoryBytes), bytes(after.memoryBytes), 'none'),
    ...change('cpu limit', cores(before.cpuMillis), cores(after.cpuMillis), 'none'),
    ...change('memory reserved', bytes(before.reservedMemoryBytes), bytes(after.reservedMemoryBytes), 'none'),
    ...change('cpu reserved', cores(before.reservedCpuMillis), cores(after.reservedCpuMillis), 'none'),
  ]
}

const conditions = ({ placement }: ReleaseService) =>
  Object.entries(placement?.on ?? {})
    .map(([label, value]) => `${label}=${value}`)
    .toSorted()
    .join(' and ') || undefined

type Env = Readonly<Record<string, string>>

function envChanges(before: Env, after: Env): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  const has = (env: Env, name: string) => Object.hasOwn(env, name)
  const lines: [word: string, names: string[]][] = [
    ['added', names.filter((name) => !has(before, name))],
    ['changed', names.filter((name) => has(before, name) && has(after, name) && before[name] !== after[name])],
    ['removed', names.filter((name) => !has(after, name))],
  ]
  return lines.filter(([, some]) => some.length > 0).map(([word, some]) => `environment: ${some.join(', ')} ${word}`)
}

type Value = string | number | null | undefined

/** `absent`: what it means when nothing is said. */
function change(what: string, before: Value, after: Value, absent: string): string[] {
  const [was, is] = [before ?? absent, after ?? absent]
  return was === is ? [] : [`${what} ${was} to ${is}`]
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no')
const seconds = (ms: number) => `${ms / 1000} s`

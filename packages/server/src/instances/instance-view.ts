import type { Instance } from '@berth/contract'
import type { ObservedInstance, ObservedMachine } from '@berth/engine'
import { plainReason } from './instance-reason.ts'

/**
 * What fills each place of an app's services now: the wanted instance, or the last one that ended there. An instance
 * that ended before it counts as a restart.
 */
export function viewInstances(
  instances: readonly ObservedInstance[],
  machines: readonly Pick<ObservedMachine, 'id' | 'name'>[],
): Instance[] {
  const names = new Map(machines.map(({ id, name }) => [id, name]))
  const places = Map.groupBy(instances, ({ serviceName, slot }) => `${serviceName}.${slot}`)
  return [...places.values()]
    .flatMap((inPlace) => {
      const newestFirst = inPlace.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
      const shown = newestFirst.filter(({ isWanted, state }) => isWanted || state === 'stopping')
      const ended = inPlace.filter(({ state }) => state === 'failed' || state === 'complete')
      const [newest] = newestFirst
      const list = shown.length > 0 ? shown : newest ? [newest] : []
      return list.map((instance) => viewInstance(instance, ended, names))
    })
    .toSorted((a, b) => a.service.localeCompare(b.service) || a.releaseVersion - b.releaseVersion)
}

function viewInstance(
  instance: ObservedInstance,
  ended: readonly ObservedInstance[],
  names: Map<string, string>,
): Instance {
  const before = ended.filter(({ id }) => id !== instance.id)
  const lastEnd = before.toSorted((a, b) => b.since.localeCompare(a.since))[0]
  const exit =
    lastEnd && `the one before it ended${lastEnd.exitCode === null ? '' : ` with exit code ${lastEnd.exitCode}`}`
  return {
    id: instance.id,
    service: instance.service,
    releaseVersion: instance.releaseVersion,
    machine: instance.machineId === null ? null : (names.get(instance.machineId) ?? instance.machineId),
    state: instance.state,
    reason: instance.message === null ? (exit ?? null) : plainReason(instance.message),
    restarts: before.length,
    since: instance.since,
  }
}

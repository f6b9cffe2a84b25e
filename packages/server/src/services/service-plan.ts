import { isDeepStrictEqual } from 'node:util'
import { type DesiredService, type ObservedService, specHashOf } from '@berth/engine'

export type ServiceStep =
  | { kind: 'create'; app: string; service: DesiredService }
  | { kind: 'update'; app: string; service: DesiredService; fromVersion: number }
  | { kind: 'remove'; app: string; name: string }

/**
 * Decides what to change and changes nothing: same input, same plan. Removes only services of apps that the database
 * has heard of (`knowsApp`): one that was lost or restored from an old backup must not take down what runs.
 */
export function planServices(
  desired: readonly DesiredService[],
  observed: readonly ObservedService[],
  knowsApp: (app: string) => boolean,
): ServiceStep[] {
  const current = new Map(observed.map((service) => [service.name, service]))
  const wanted = new Set(desired.map(({ name }) => name))

  const changes = desired.flatMap((service): ServiceStep[] => {
    const { app, name } = service
    const found = current.get(name)
    if (!found) return [{ kind: 'create', app, service }]
    // Left over from a removed app of the same name: its successor must not inherit its instances.
    if (found.deploymentId !== service.deploymentId) return [{ kind: 'remove', app, name }]
    if (found.specHash === specHashOf(service) && isAdjusted(service, found)) return []
    return [{ kind: 'update', app, service, fromVersion: found.version }]
  })
  const removals = observed
    .filter(({ name, app }) => !wanted.has(name) && knowsApp(app))
    .map(({ app, name }): ServiceStep => ({ kind: 'remove', app, name }))

  return [...changes, ...removals] // Last, so that what replaces a service starts before it stops.
}

/** What changes without another release. */
const isAdjusted = (service: DesiredService, found: ObservedService) =>
  found.replicas === service.replicas && isDeepStrictEqual(found.avoids, service.avoids.toSorted())

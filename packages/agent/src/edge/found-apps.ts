import type { BackendStatus, Route, RouteTable } from '@berth/contract'
import type { Told } from '../truth/differences.ts'

/** Whether each app of which the cluster says that an instance runs has one that is up here. Not known without its word. */
export const foundAll = (
  statuses: readonly Pick<BackendStatus, 'name' | 'up'>[],
  services: Told | undefined,
): boolean => services !== undefined && statuses.every(({ name, up }) => up > 0 || !services.get(name)?.running.length)

/** Whether visitors of one table would be sent elsewhere than by the other: more apps and new releases mislead nobody. */
export function misleads(served: RouteTable, newest: RouteTable): boolean {
  const backends = new Map(newest.routes.map(({ host, backend }: Route) => [host, backend]))
  return served.routes.some(({ host, backend }) => backends.get(host) !== backend)
}

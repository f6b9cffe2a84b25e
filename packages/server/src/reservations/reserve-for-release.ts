import type { Reservations, Resources } from '@berth/contract'
import type { ClusterState } from '@berth/engine'
import { explainMisfit } from '../deployments/fit-plan.ts'
import type { ReleaseService } from '../releases/release-store.ts'
import { planReservations, type SeenUse, withoutObserved } from './reservation-plan.ts'
import { reservedResources } from './reserved-resources.ts'

/** What the instances of a service used since then; null where nobody measured. */
export type FindSeenUse = (app: string, service: string, options: { sinceMs: number }) => Promise<SeenUse | null>

type Deps = {
  findSeenUse: FindSeenUse
  /** Undefined while nothing is known of the machines. */
  cluster: { current(): Pick<ClusterState, 'machines' | 'reserved'> | undefined }
  now(): number
}

const lookBackMs = 7 * 24 * 3_600_000

/** The services of a new release with what each reserves, which does not change any more. */
export async function reserveForRelease(
  { app, replicas, services }: { app: string; replicas: number; services: readonly ReleaseService[] },
  { findSeenUse, cluster, now }: Deps,
): Promise<ReleaseService[]> {
  const state = cluster.current()
  const largest = state && {
    cpuMillis: Math.max(0, ...state.machines.map(({ cpuMillis }) => cpuMillis)),
    memoryBytes: Math.max(0, ...state.machines.map(({ memoryBytes }) => memoryBytes)),
  }
  return Promise.all(
    services.map(async (service) => {
      const seen = await findSeenUse(app, service.name, { sinceMs: now() - lookBackMs })
      const reservations = planReservations(service.resources, seen, largest)
      return { ...service, reservations: fitting({ ...service, reservations }, replicas, state) }
    }),
  )
}

/** What was only observed must not keep a release from starting that would start without. */
function fitting(
  service: ReleaseService & { reservations: Reservations },
  replicas: number,
  state: Pick<ClusterState, 'machines' | 'reserved'> | undefined,
): Reservations {
  const { reservations } = service
  const isObserved = reservations.cpuSource === 'observed' || reservations.memorySource === 'observed'
  if (!state || !isObserved) return reservations
  const fits = (resources: Resources) =>
    explainMisfit({ ...service, replicas, resources }, state.machines, state.reserved) === undefined
  return !fits(reservedResources(service)) && fits(service.resources) ? withoutObserved(reservations) : reservations
}

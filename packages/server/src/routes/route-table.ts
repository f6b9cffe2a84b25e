import type { Backend, Route, RouteTable } from '@berth/contract'
import type { ReleaseService } from '../releases/release-store.ts'
import { networkOf, serviceNameOf } from '../services/desired-services.ts'
import type { LiveDeployment } from '../services/live-deployments.ts'

export const hostOf = (app: string, domain: string): string => `${app}.${domain}`

/** The service of a release that visitors reach: the first, if it has a port. No other takes its place. */
export const faceOf = <Service extends Pick<ReleaseService, 'port'>>(services: readonly Service[]) =>
  services[0]?.port === undefined ? undefined : services[0]

/** What every edge must know, derived from the database alone. Ordered, so that equal tables are equal text. */
export function routeTable(live: readonly LiveDeployment[], domain: string): RouteTable {
  const backends = live.filter(hasInstances).flatMap(backendsOf)
  const routes = live.filter(({ role }) => role === 'serving').flatMap((serving) => routesOf(serving, domain))
  return {
    backends: backends.sort((a, b) => compare(a.name, b.name)),
    routes: routes.sort((a, b) => compare(a.host, b.host)),
  }
}

const hasInstances = ({ app, role }: LiveDeployment) => role === 'candidate' || !app.isStopped

function backendsOf({ app, deployment, release }: LiveDeployment): Backend[] {
  return release.services.flatMap((service) =>
    service.port === undefined
      ? []
      : [
          {
            name: serviceNameOf(deployment, service.name),
            network: networkOf(app.project),
            port: service.port,
            healthPath: service.healthCheck.path ?? null,
            replayUnsafeRequests: service.replayUnsafeRequests,
            slots: slotsFor(app.replicas),
          },
        ],
  )
}

function routesOf({ app, deployment, release }: LiveDeployment, domain: string): Route[] {
  const face = faceOf(release.services)
  if (!face) return []
  const backend = app.isStopped ? null : serviceNameOf(deployment, face.name)
  return [{ host: hostOf(app.name, domain), app: app.name, backend }]
}

// Room for twice the replicas, as old and new instances overlap; in powers of two, so that most scaling needs no reload.
const slotsFor = (replicas: number) => Math.min(400, Math.max(8, 2 ** Math.ceil(Math.log2(Math.max(1, replicas) * 2))))

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

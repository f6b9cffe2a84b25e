import type { DesiredService } from '@berth/engine'
import type { DeploymentRow } from '../deployments/deployment-row.ts'
import { type Adjust, type Adjustment, nothingAdjusted } from '../relocations/adjustments.ts'
import { reservedResources } from '../reservations/reserved-resources.ts'
import type { LiveDeployment } from './live-deployments.ts'

export const networkOf = (project: string): string => `berth-project-${project}`

/** `shop-web-r3`, and `shop-web-r3-2` when release 3 is deployed again: its instances never mix with leaving ones. */
export function serviceNameOf(
  { app, releaseVersion, generation }: Pick<DeploymentRow, 'app' | 'releaseVersion' | 'generation'>,
  service: string,
): string {
  return withGeneration(`${app}-${service}-r${releaseVersion}`, generation)
}

const siblingsOf = ({ app, releaseVersion, generation }: DeploymentRow) =>
  withGeneration(`${app}-r${releaseVersion}`, generation)

const withGeneration = (name: string, generation: number) => (generation > 1 ? `${name}-${generation}` : name)

/** Everything that must run, derived from the database alone. */
export function desiredServices(live: readonly LiveDeployment[], adjust: Adjust = nothingAdjusted): DesiredService[] {
  return live.flatMap(({ app, deployment, release, role }) =>
    release.services.map((service) => ({
      name: serviceNameOf(deployment, service.name),
      app: app.name,
      service: service.name,
      deploymentId: deployment.id,
      releaseVersion: release.version,
      image: service.imageDigest,
      ...(service.command ? { command: service.command } : {}),
      env: service.env,
      network: networkOf(app.project),
      // A stopped app that is deployed comes back with its new release, not with the old one.
      ...adjusted(
        app.isStopped && role !== 'candidate' ? 0 : app.replicas,
        adjust(serviceNameOf(deployment, service.name)),
      ),
      resources: reservedResources(service),
      ...(service.placement ? { placement: service.placement } : {}),
      stopTimeoutMs: service.stopTimeoutMs,
      ...(release.services.length > 1 ? { siblings: siblingsOf(deployment) } : {}),
    })),
  )
}

const adjusted = (replicas: number, { surge, avoids }: Adjustment) => ({
  replicas: replicas > 0 ? replicas + surge : 0,
  avoids,
})

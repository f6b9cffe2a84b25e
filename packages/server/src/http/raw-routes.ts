import { endpoints, openApiDocument } from '@berth/contract'
import { dashboardRoutes } from '../pages/dashboard-routes.ts'
import type { Metrics } from './metrics.ts'
import type { RawRoute } from './raw-route.ts'

type Deps = {
  metrics: Metrics
  version: string
  /** Where the built dashboard is; the one of this checkout, unless a test says otherwise. */
  dashboardDir?: string
}

/** Everything that the server serves beside the declared endpoints. */
export function rawRoutes({ metrics: { registry }, version, dashboardDir }: Deps): RawRoute[] {
  const openApi = JSON.stringify(openApiDocument(endpoints, { version }))
  return [
    ...dashboardRoutes(dashboardDir),
    {
      path: '/v1/openapi.json',
      access: 'read',
      answer: () => ({ contentType: 'application/json; charset=utf-8', body: openApi }),
    },
    {
      path: '/metrics',
      access: 'read',
      answer: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    },
  ]
}

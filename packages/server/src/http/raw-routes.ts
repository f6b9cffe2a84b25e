import { endpoints, openApiDocument } from '@berth/contract'
import { welcomePage } from '../pages/welcome-page.ts'
import type { Metrics } from './metrics.ts'
import type { RawRoute } from './raw-route.ts'

/** Everything that the server serves beside the declared endpoints. */
export function rawRoutes({ metrics: { registry }, version }: { metrics: Metrics; version: string }): RawRoute[] {
  const openApi = JSON.stringify(openApiDocument(endpoints, { version }))
  return [
    welcomePage,
    {
      path: '/v1/openapi.json',
      access: 'read',
      contentType: 'application/json; charset=utf-8',
      body: () => openApi,
    },
    { path: '/metrics', access: 'read', contentType: registry.contentType, body: () => registry.metrics() },
  ]
}

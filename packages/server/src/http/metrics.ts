import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof serverMetrics>

export function serverMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })

  /** `route` is the declared path, never the address that was asked for: its values must stay few. */
  const httpDurationSeconds = new Histogram({
    name: 'berth_http_request_duration_seconds',
    help: 'Time until an API request was answered, streams left out',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  const openStreams = new Gauge({
    name: 'berth_http_open_streams',
    help: 'Event streams being sent at this moment',
    labelNames: ['route'] as const,
    registers: [registry],
  })

  return { registry, httpDurationSeconds, openStreams }
}

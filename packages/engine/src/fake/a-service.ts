import type { DesiredService } from '../engine.ts'

/** A service to test with; say only what matters. */
export function aService(change: Partial<DesiredService> = {}): DesiredService {
  return {
    name: 'shop-web-r1',
    app: 'shop',
    service: 'web',
    deploymentId: 'deployment-1',
    releaseVersion: 1,
    image: `registry.example.org/shop@sha256:${'a'.repeat(64)}`,
    env: {},
    network: 'berth-project-default',
    replicas: 1,
    avoids: [],
    resources: {},
    stopTimeoutMs: 1_000,
    ...change,
  }
}

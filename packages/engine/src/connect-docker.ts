import type Dockerode from 'dockerode'
import { engineCall } from './engine-failure.ts'

/** What this package was written against. A newer engine answers in this version, too. */
const newestApi = '1.51'

/** Throws `engine_unavailable` when nothing answers on the socket. */
export async function connectDocker(socketPath: string, signal?: AbortSignal): Promise<Dockerode> {
  // Loaded only here, because most processes that import this package never talk to an engine.
  const { default: Client } = await import('dockerode')
  const found = await engineCall('tell its version', signal, () => new Client({ socketPath }).version())
  return new Client({ socketPath, version: `v${apiVersionFor(found)}` })
}

/** The newest version that both sides know, or else the oldest that the engine still speaks. */
export function apiVersionFor(engine: { ApiVersion: string; MinAPIVersion?: string }): string {
  if (compare(engine.ApiVersion, newestApi) <= 0) return engine.ApiVersion
  const oldest = engine.MinAPIVersion ?? newestApi
  return compare(oldest, newestApi) > 0 ? oldest : newestApi
}

const compare = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

import { PlatformError } from '../errors.ts'
import type { BackendStatus } from './route-table.ts'
import type { Heartbeat } from './verbs.ts'

/**
 * The heartbeat without those backends that are as they were told before. An edge knows all apps of the cluster, and most of
 * them are asked nothing at most edges. Undefined where the backends are not the same ones in the same order.
 */
export function sparseHeartbeat(before: Heartbeat, next: Heartbeat): Heartbeat | undefined {
  const told = before.edge.backends
  const { backends } = next.edge
  if (told.length !== backends.length || backends.some(({ name }, place) => told[place]?.name !== name))
    return undefined
  const changed = backends.filter((backend, place) => !isSame(backend, told[place]))
  return { ...next, edge: { ...next.edge, backends: changed } }
}

/** What `sparseHeartbeat` was made of. A backend that is as before is the same object. */
export function wholeHeartbeat(before: Heartbeat, sparse: Heartbeat): Heartbeat {
  const changed = new Map(sparse.edge.backends.map((backend) => [backend.name, backend]))
  const known = before.edge.backends
  if (changed.size === 0) return { ...sparse, edge: { ...sparse.edge, backends: known } }
  let found = 0
  const backends = known.map((backend) => {
    const next = changed.get(backend.name)
    if (next) found += 1
    return next ?? backend
  })
  if (found !== sparse.edge.backends.length) throw unknownBackend()
  return { ...sparse, edge: { ...sparse.edge, backends } }
}

const unknownBackend = () =>
  new PlatformError('conflict', 'A heartbeat tells what is new of a backend that was never told')

const isSame = (a: BackendStatus, b: BackendStatus | undefined): boolean =>
  a.name === b?.name &&
  a.up === b.up &&
  a.known === b.known &&
  a.inFlight === b.inFlight &&
  a.requests === b.requests &&
  a.errors === b.errors &&
  a.lastCheck === b.lastCheck

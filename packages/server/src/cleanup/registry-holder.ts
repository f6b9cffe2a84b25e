import type { ClusterObserver } from '../cluster/cluster-observer.ts'

/** The machine that the registry's volume is on; undefined where none is known. */
export const holderOf = ({ cluster }: { cluster: Pick<ClusterObserver, 'current'> }) =>
  cluster.current()?.machines.find(({ holds }) => holds.includes('registry'))

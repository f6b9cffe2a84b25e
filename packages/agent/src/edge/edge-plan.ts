import type { RenderedEdge } from './edge-system.ts'

export type EdgeChange = 'nothing' | 'map' | 'reload'

/** Moving a route is a change of the map, which the running edge takes at once; other backends need a reload. */
export function planEdgeChange(current: RenderedEdge | null, wanted: RenderedEdge): EdgeChange {
  if (!current || current.config !== wanted.config) return 'reload'
  return current.hostsMap === wanted.hostsMap ? 'nothing' : 'map'
}

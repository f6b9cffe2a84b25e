import type { Placement } from '@berth/contract'
import type Dockerode from 'dockerode'
import { machineLabelPrefix } from '../labels.ts'

const pathOf = (label: string) => `node.labels.${machineLabelPrefix}${label}`

/**
 * At most one preference, ever. Engines before 28.3 schedule nothing any more, for anybody, once a tree of two levels is
 * out of balance; with one level their loop always ends: docs/decisions/0012-spread-over-one-label.md.
 */
export function swarmPlacementOf({ on, spread }: Placement): Dockerode.Placement {
  const conditions = Object.entries(on).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    ...(conditions.length > 0 ? { Constraints: conditions.map(([label, value]) => `${pathOf(label)}==${value}`) } : {}),
    ...(spread === null ? {} : { Preferences: [{ Spread: { SpreadDescriptor: pathOf(spread) } }] }),
  }
}

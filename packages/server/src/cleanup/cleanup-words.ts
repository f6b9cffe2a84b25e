import { type CleanupStep, formatBytes } from '@berth/contract'

const mostMachines = 3

/** "1.2 GiB on worker1, worker2: images of shop, build cache", for the list of what happened. */
export function describeCleanup(steps: readonly CleanupStep[]): string {
  const freedBytes = steps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const machines = [...new Set(steps.map(({ machine }) => machine))]
  const shown = machines.length > mostMachines ? `${machines.length} machines` : machines.join(', ')
  return `${formatBytes(freedBytes)} on ${shown}: ${[...new Set(steps.map(describeStep))].join(', ')}`
}

function describeStep({ kind, app }: CleanupStep): string {
  const of = app === null ? '' : ` of ${app}`
  switch (kind) {
    case 'remove_images':
      return `images${of}`
    case 'remove_build_cache':
      return `build cache${of}`
    case 'remove_from_registry':
      return `images${of} in the registry`
    case 'collect_registry':
      return 'leftovers in the registry'
  }
}

import type { EdgeTruth, Machine, SystemCheck } from '@berth/contract'
import type { EdgeView } from '../routes/edges.ts'

/** Nothing while the edge has not been compared, as just after a start; what keeps it from that has checks of its own. */
export function truthCheck({ name }: Machine, { edges }: { edges: readonly EdgeView[] }): SystemCheck[] {
  const truth = edges.find(({ machine }) => machine === name)?.status.truth
  if (!truth?.isInformed) return []
  const wrong = wordsOf(truth)
  return [
    {
      name: `instances at ${name}`,
      state: wrong.length === 0 ? 'ok' : 'warning',
      message: wrong.length === 0 ? 'Its edge knows all of them, and nothing else' : `Of its edge: ${wrong.join('; ')}`,
    },
  ]
}

function wordsOf({ missing, ghosts, unreachable }: EdgeTruth): string[] {
  const silent = unreachable.filter(({ isRefused }) => !isRefused)
  const [example] = silent
  return [
    ...(missing > 0 ? [`${missing} that run get no requests, as the machine's DNS does not give them`] : []),
    ...(ghosts > 0 ? [`${ghosts} ${ghosts === 1 ? 'address belongs' : 'addresses belong'} to no instance`] : []),
    ...(example ? [`${silent.length} cannot be reached, such as ${example.backend} at ${example.address}`] : []),
  ]
}

import type { AppState, DeploymentState, DeploymentStep, InstanceState, Machine, SystemCheck } from '@berth/contract'
import { Badge } from '@mantine/core'

export type AnyState =
  | AppState
  | InstanceState
  | DeploymentState
  | DeploymentStep['state']
  | Machine['state']
  | SystemCheck['state']

/** A state in a word, a colour and a shape. `word`: another word for the same state. */
export function StateBadge({ state, word }: { state: AnyState; word?: string }) {
  return <Badge>{word ?? state}</Badge>
}

import { agentContainer, edgeContainer } from '../names.ts'
import type { JoiningStep } from './joining-plan.ts'

export type UndoStep =
  | { kind: 'removeContainer'; name: string }
  | { kind: 'leaveSwarm' }
  | { kind: 'removeNetwork'; name: string }
  | { kind: 'removeVolume'; name: string }
  | { kind: 'removeImage'; name: string }

/** What takes back the steps that were begun, the last one first; what was there before them stays. */
export const planUndo = (begun: readonly JoiningStep[]): UndoStep[] => begun.toReversed().flatMap(undoOf)

function undoOf(step: JoiningStep): UndoStep[] {
  switch (step.kind) {
    case 'bringImages':
      return step.names.map((name) => ({ kind: 'removeImage', name }))
    case 'createNetwork':
      return [{ kind: 'removeNetwork', name: step.name }]
    case 'createVolume':
      return [{ kind: 'removeVolume', name: step.name }]
    case 'createAgent':
      return [{ kind: 'removeContainer', name: agentContainer }]
    case 'joinSwarm':
      return [{ kind: 'leaveSwarm' }]
    case 'startAgent':
      // First the agent, which would make the edge anew.
      return [agentContainer, edgeContainer].map((name) => ({ kind: 'removeContainer', name }))
    // What was left before was of no use to a machine that is to join here.
    case 'leaveSwarm':
    case 'removeAgent':
    case 'redeemToken':
      return []
  }
}

export function describeUndo(step: UndoStep): string {
  return step.kind === 'leaveSwarm' ? 'Leave the swarm' : `Remove ${step.name}`
}

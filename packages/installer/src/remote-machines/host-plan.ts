import type { RemoteFacts } from './remote-facts.ts'
import type { HostChange } from './remote-record.ts'

export type HostStep =
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'installPackages'; names: readonly string[] }
  | { kind: 'startEngine'; by: 'systemd' | 'daemon' }

/** What a machine lacks before its engine can join; nothing where it has all of it. */
export function planHost(name: string, facts: RemoteFacts): HostStep[] {
  const { hostName, isEngineInstalled, hasDockerClient, engine, hasSystemd } = facts
  const steps: HostStep[] = []
  if (hostName !== name) steps.push({ kind: 'rename', from: hostName, to: name })
  if (!isEngineInstalled) steps.push({ kind: 'installPackages', names: ['docker.io', 'iptables', 'ca-certificates'] })
  else if (!hasDockerClient) steps.push({ kind: 'installPackages', names: ['docker-cli'] })
  // One without the client may run or not; starting it again changes nothing.
  if (!engine) steps.push({ kind: 'startEngine', by: hasSystemd ? 'systemd' : 'daemon' })
  return steps
}

export function describeHostStep(step: HostStep): string {
  switch (step.kind) {
    case 'rename':
      return `Call the machine ${step.to} (so far ${step.from})`
    case 'installPackages':
      return `Install ${step.names.join(', ')}`
    case 'startEngine':
      return 'Start the engine'
  }
}

/** The last change first. */
export const planHostUndo = (changes: readonly HostChange[]): HostChange[] => changes.toReversed()

export function describeHostUndo(change: HostChange): string {
  switch (change.kind) {
    case 'rename':
      return `Undo: call the machine ${change.from} again`
    case 'installPackages':
      return `Undo: remove ${change.names.length} packages`
    case 'startEngine':
      return 'Undo: stop the engine'
  }
}

import { PlatformError } from '@berth/contract'

/** What is on the machine that something is to be brought back on. */
export type RestoreFacts = {
  /** `broken`: the engine has the state of a swarm, but cannot work with it, as when too many managers are gone. */
  swarm: 'none' | 'works' | 'broken'
  hasDatabase: boolean
  /** Names of the installer's files that are there. */
  stateFiles: readonly string[]
}

export type BackupContent = { hasDatabase: boolean; stateFiles: readonly string[] }

/** What may be lost, because a person has said so. */
export type RestoreRules = { replaceSwarm: boolean; replaceDatabase: boolean }

export type RestoreStep =
  | { kind: 'restoreStateFiles'; names: readonly string[] }
  | { kind: 'leaveSwarm' }
  | { kind: 'restoreDatabase' }
  | { kind: 'restoreSwarm' }
  | { kind: 'restartEngine' }
  | { kind: 'forceNewCluster' }

/** Puts back what is missing. Throws, before anything changes, where it would replace what is there without being told to. */
export function planRestore(content: BackupContent, facts: RestoreFacts, rules: RestoreRules): RestoreStep[] {
  refuseReplacing(facts, rules)
  const missing = content.stateFiles.filter((name) => !facts.stateFiles.includes(name))
  const steps: RestoreStep[] = []
  if (missing.length > 0) steps.push({ kind: 'restoreStateFiles', names: missing })
  if (facts.swarm !== 'none') steps.push({ kind: 'leaveSwarm' })
  // Before the swarm: with it the server starts, and would begin with an empty one.
  if (content.hasDatabase && (!facts.hasDatabase || rules.replaceDatabase)) steps.push({ kind: 'restoreDatabase' })
  steps.push({ kind: 'restoreSwarm' }, { kind: 'restartEngine' }, { kind: 'forceNewCluster' })
  return steps
}

function refuseReplacing({ swarm }: RestoreFacts, { replaceSwarm }: RestoreRules): void {
  if (swarm === 'none' || replaceSwarm) return
  if (swarm === 'works') {
    throw new PlatformError('conflict', 'The swarm of this machine works, and its state is newer than any backup', {
      hint: 'To go back to the backup all the same, and lose what has changed since: --replace-swarm. Nothing was changed.',
    })
  }
  throw new PlatformError('conflict', 'This machine has the state of a swarm, which does not work now', {
    hint:
      'If the other managers are gone for good, keep what this one knows: berth restore --survivor. ' +
      'If its state is damaged, replace it by the backup: --replace-swarm. Nothing was changed.',
  })
}

/** The last of several managers goes on alone with all that it knows. */
export function planSurvivor({ swarm, stateFiles }: Pick<RestoreFacts, 'swarm' | 'stateFiles'>): RestoreStep[] {
  // Else `up` would make a new CA, which no machine knows.
  if (swarm === 'broken' && !stateFiles.includes('ca.key')) {
    throw new PlatformError('conflict', 'The secrets of the cluster are not on this machine: it is not the first one', {
      hint: 'Take the newest backup on its disk: berth restore FILE --key CA.KEY --replace-swarm. See docs/backups.md',
    })
  }
  if (swarm === 'broken') return [{ kind: 'forceNewCluster' }]
  throw new PlatformError(
    'conflict',
    swarm === 'works'
      ? 'The swarm works: enough of its managers are there'
      : 'This machine is in no swarm, so that there is nothing that it could go on with',
    { hint: swarm === 'works' ? 'See berth machines' : 'Take a backup: berth restore FILE' },
  )
}

export function describeRestoreStep(step: RestoreStep): string {
  switch (step.kind) {
    case 'restoreStateFiles':
      return `Put back ${step.names.join(', ')}`
    case 'leaveSwarm':
      return 'Leave the swarm that is there'
    case 'restoreDatabase':
      return 'Put back the database'
    case 'restoreSwarm':
      return 'Put back the state of the swarm'
    case 'restartEngine':
      return 'Start the engine again'
    case 'forceNewCluster':
      return 'Go on with this machine as the only manager'
  }
}

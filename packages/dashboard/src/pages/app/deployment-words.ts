import type { Deployment, DeploymentStage, DeploymentSummary, FailureCode } from '@berth/contract'

/** What is being done in each stage. */
export const stageWords: Record<DeploymentStage, string> = {
  resolve: 'Finding the image',
  release: 'Making the release',
  pull: 'Pulling the image',
  start: 'Starting instances',
  check: 'Checking instances',
  switch: 'Switching requests over',
  drain: 'Letting old instances finish',
}

type Told = Pick<DeploymentSummary, 'kind' | 'releaseVersion' | 'state'> & { stage?: DeploymentStage | null }

/** "v3 deployed", "Rolling back to v2", "Restart failed". */
export function describeDeployment({ kind, releaseVersion, state }: Told): string {
  const version = releaseVersion === null ? '' : `v${releaseVersion}`
  const [doing, done, noun] = wordsOf(kind, version)
  switch (state) {
    case 'pending':
    case 'running':
      return doing
    case 'succeeded':
      return done
    case 'failed':
      return `${noun} failed`
    case 'cancelled':
      return `${noun} cancelled`
  }
}

function wordsOf(kind: Deployment['kind'], version: string): [doing: string, done: string, noun: string] {
  const to = version && ` to ${version}`
  const of = version && ` of ${version}`
  switch (kind) {
    case 'deploy':
      return [version ? `Deploying ${version}` : 'Deploying', `${version || 'It'} deployed`, `Deployment${of}`]
    case 'rollback':
      return [`Rolling back${to}`, `Rolled back${to}`, `Rollback${to}`]
    case 'restart':
      return ['Restarting', 'Restarted', 'Restart']
  }
}

/** Where a deployment is: "step 5 of 7: Checking instances". */
export function describeStage({ stage, state }: Told): string | undefined {
  if (state === 'pending') return 'Waiting to begin'
  if (state !== 'running' || !stage) return undefined
  return stageWords[stage]
}

export const isUnderWay = ({ state }: { state: Deployment['state'] }) => state === 'pending' || state === 'running'

/** Once the route is switched there is nothing to cancel any more. */
export const canCancel = ({ state, steps }: Pick<Deployment, 'state' | 'steps'>) =>
  isUnderWay({ state }) &&
  steps.every(({ stage, state: step }) => (stage !== 'switch' && stage !== 'drain') || step === 'waiting')

export const failureTitles: Record<FailureCode, string> = {
  image_invalid: 'The image cannot be used',
  image_not_found: 'There is no such image',
  image_denied: 'The registry does not give the image',
  registry_unreachable: 'The registry does not answer',
  pull_failed: 'The image could not be pulled',
  does_not_fit: 'It does not fit on the machines',
  exited: 'The instances end right after they start',
  out_of_memory: 'The instances need more memory than they may use',
  port_not_listening: 'Nothing listens on the port',
  health_check_failed: 'The health check fails',
  deadline_exceeded: 'It took too long',
  internal: 'Berth itself failed',
}

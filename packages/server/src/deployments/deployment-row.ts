import type { DeploymentFailure, DeploymentStage, DeploymentState, DeploymentStep, ServiceSpec } from '@berth/contract'

export type DeploymentRow = {
  id: string
  app: string
  kind: 'deploy' | 'rollback' | 'restart'
  /** As wanted, before images are resolved; the release holds what became of them. */
  services: ServiceSpec[]
  releaseVersion: number | null
  /** 1 for the first deployment of its release, 2 for the second...; 0 until the release is known. */
  generation: number
  state: DeploymentState
  /** The stage that it is in, or was in when it ended. */
  stage: DeploymentStage
  failure: DeploymentFailure | null
  /** One for each stage, in order. */
  steps: DeploymentStep[]
  requestedBy: string
  deadlineMs: number
  /** The deployment that it took the route from; null before the switch, and for the first. */
  previousDeploymentId: string | null
  createdAtMs: number
  finishedAtMs: number | null
}

export type NewDeployment = Pick<DeploymentRow, 'app' | 'kind' | 'services' | 'requestedBy' | 'deadlineMs'> & {
  /** A release that exists: the deployment then starts at `pull`. */
  releaseVersion?: number
}

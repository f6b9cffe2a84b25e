import { createApp, createDeployment, type Deployment, listApps, type PlatformError, scaleApp } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import type { Tried } from './draft.ts'
import { changeOfRetry, type NewApp } from './new-app-input.ts'

/** Creates the app; where the first try did that already, deploys the correction of it. */
export function useDeploy(onDone: (deployment: Deployment, input: NewApp) => void) {
  const create = useAction(createApp, { invalidates: [listApps] })
  const scale = useAction(scaleApp)
  const deploy = useAction(createDeployment)

  async function ask(input: NewApp, tried: Tried | undefined): Promise<Deployment> {
    if (!tried) return create.mutateAsync({ body: input })
    const params = { app: tried.app }
    const replicas = input.replicas ?? 1
    if (replicas !== tried.replicas) await scale.mutateAsync({ params, body: { replicas } })
    return deploy.mutateAsync({ params, body: { change: changeOfRetry(input, tried) } })
  }

  return {
    isPending: create.isPending || scale.isPending || deploy.isPending,
    error: (create.error ?? scale.error ?? deploy.error) as PlatformError | null,
    start(input: NewApp, tried: Tried | undefined) {
      for (const action of [create, scale, deploy]) action.reset()
      ask(input, tried).then(
        (deployment) => onDone(deployment, input),
        // It stands in the action that failed.
        () => undefined,
      )
    },
    reset() {
      for (const action of [create, scale, deploy]) action.reset()
    },
  }
}

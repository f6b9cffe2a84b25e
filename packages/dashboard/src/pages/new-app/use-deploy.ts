import { createApp, createDeployment, listApps, type PlatformError, scaleApp } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import type { ChosenSource } from '#source/chosen-source.ts'
import { useRequestBuild } from '#source/use-request-build.ts'
import type { Tried } from './draft.ts'
import { buildOf, changeOfRetry, imageAppOf, type NewApp } from './new-app-input.ts'

/** What came of asking: a build, or a deployment at once. */
type Led = Pick<Tried, 'buildId' | 'deploymentId'>

type Asked = { input: NewApp; tried: Tried | undefined; chosen: ChosenSource | undefined }

/** Creates the app; where the first try did that already, deploys the correction of it. */
export function useDeploy(onDone: (led: Led, input: NewApp) => void) {
  const create = useAction(createApp, { invalidates: [listApps] })
  const scale = useAction(scaleApp)
  const deploy = useAction(createDeployment)
  const build = useRequestBuild()
  const all = [create, scale, deploy, build]

  async function ask({ input, tried, chosen }: Asked): Promise<Led> {
    const { origin } = input
    if (origin.kind === 'source' && origin.source) {
      if (tried) await rescale(input, tried)
      return { buildId: (await build.ask(buildOf(input, origin.source, tried), chosen)).id }
    }
    if (!tried) return { deploymentId: (await create.mutateAsync({ body: imageAppOf(input) })).id }
    await rescale(input, tried)
    const body = { change: changeOfRetry(input, tried) }
    return { deploymentId: (await deploy.mutateAsync({ params: { app: tried.app }, body })).id }
  }

  async function rescale({ replicas = 1 }: NewApp, { app, replicas: former }: Tried) {
    if (replicas !== former) await scale.mutateAsync({ params: { app }, body: { replicas } })
  }

  const reset = () => {
    for (const action of all) action.reset()
  }
  return {
    isPending: all.some(({ isPending }) => isPending),
    error: (all.find(({ error }) => error)?.error ?? null) as PlatformError | null,
    start(asked: Asked) {
      reset()
      ask(asked).then(
        (led) => onDone(led, asked.input),
        // It stands in the action that failed.
        () => undefined,
      )
    },
    reset,
  }
}

import { type Deployment, followDeployment, PlatformError } from '@berth/contract'
import type { Context } from '../command.ts'
import type { StepView } from './step-view.ts'

const firstWaitMs = 250
const longestWaitMs = 3000
const patienceMs = 5 * 60_000

export const hasEnded = ({ state }: Pick<Deployment, 'state'>): boolean => state !== 'pending' && state !== 'running'

/** A server that restarts comes back, so only its silence is waited out, and not for ever. */
export const isTransient = (error: unknown): boolean =>
  error instanceof PlatformError && (error.code === 'engine_unavailable' || error.code === 'server_standby')

/** The deployment as it ended, however often the connection broke in between. */
export async function followToEnd(first: Deployment, view: StepView, context: Context): Promise<Deployment> {
  const { stream, now, wait } = context
  const params = { app: first.app, deploymentId: first.id }
  let latest = first
  let heardAtMs = now()
  let waitMs = firstWaitMs
  view.show(latest)
  while (!hasEnded(latest)) {
    try {
      for await (const deployment of stream(followDeployment, { params })) {
        latest = deployment
        heardAtMs = now()
        waitMs = firstWaitMs
        view.show(latest)
      }
    } catch (error) {
      if (!isTransient(error)) throw error
      if (now() - heardAtMs > patienceMs) throw giveUp(first, error)
      view.lost(heardAtMs)
    }
    if (hasEnded(latest)) break
    await wait(waitMs)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
  return latest
}

const giveUp = ({ app }: Deployment, cause: unknown) =>
  new PlatformError('engine_unavailable', 'Berth has not answered for five minutes; the deployment may still go on', {
    hint: `Follow it again with: berth follow ${app}`,
    cause,
  })

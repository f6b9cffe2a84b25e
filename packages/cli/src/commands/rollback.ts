import { createDeployment, type Deployment, getApp, listDeployments, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { watchNewDeployment } from '../deployments/watch-deployment.ts'
import { appArgument, releaseVersionArgument } from '../inputs/flags.ts'

export const rollback = defineCommand({
  usage: 'rollback <app> [release]',
  summary: 'Deploy an earlier release again',
  details: 'Without a release: the newest one before the present one that has served.',
  options: { '--supersede': 'cancel a deployment that is under way', ...jsonOption },
  examples: ['berth rollback hello', 'berth rollback hello v1'],
  args: z.strictObject({
    app: appArgument,
    release: releaseVersionArgument.optional(),
    supersede: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run({ app, release, supersede, json }, context) {
    const releaseVersion = release ?? (await findEarlier(app, context))
    const deployment = await context.call(createDeployment, { params: { app }, body: { releaseVersion, supersede } })
    return watchNewDeployment(deployment, { json }, context)
  },
})

async function findEarlier(app: string, { call }: Context): Promise<number> {
  const params = { app }
  const [{ releaseVersion }, history] = await Promise.all([
    call(getApp, { params }),
    call(listDeployments, { params, query: { limit: 200 } }),
  ])
  const earlier = pickEarlierRelease(releaseVersion, history)
  if (earlier) return earlier
  throw new PlatformError('release_not_found', `${app} has no earlier release that has served`, {
    hint: `See berth releases ${app}`,
  })
}

/** One that never came up is nothing to go back to. */
export function pickEarlierRelease(current: number | null, history: readonly Deployment[]): number | undefined {
  const served = history.flatMap(({ state, releaseVersion }) =>
    state === 'succeeded' && releaseVersion && releaseVersion < (current ?? 0) ? [releaseVersion] : [],
  )
  return served.length > 0 ? Math.max(...served) : undefined
}

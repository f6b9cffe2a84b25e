import { getDeployment } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { watchNewDeployment } from '../deployments/watch-deployment.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { findBuild } from './find-build.ts'
import { describeBuild, watchBuild } from './watch-build.ts'

export const follow = defineCommand({
  usage: 'builds follow <app> [build]',
  summary: 'Follow a build, and the deployment that it leads to; the newest one unless another is named',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, build: z.string().optional(), json: z.boolean().default(false) }),

  async run({ app, build, json }, context) {
    const ended = await watchBuild(await findBuild(app, build, context), { isQuiet: json }, context)
    if (ended.deploymentId) {
      const params = { app, deploymentId: ended.deploymentId }
      return watchNewDeployment(await context.call(getDeployment, { params }), { json }, context)
    }
    if (json) context.printJson(ended)
    else for (const line of describeBuild(ended, context)) context.print(line)
    return ended.state === 'succeeded' ? exitCode.ok : exitCode.failed
  },
})

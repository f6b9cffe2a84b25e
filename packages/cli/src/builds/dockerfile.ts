import { getBuildDockerfile, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { findBuild } from './find-build.ts'

export const dockerfile = defineCommand({
  usage: 'builds dockerfile <app> [build]',
  summary: 'Print the Dockerfile that was built, so that it can be taken and changed',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, build: z.string().optional(), json: z.boolean().default(false) }),

  async run({ app, build, json }, context) {
    const { id } = await findBuild(app, build, context)
    const found = await context.call(getBuildDockerfile, { params: { app, buildId: id } })
    if (json) context.printJson(found)
    else if (found.text === null) {
      throw new PlatformError('build_not_found', `Build ${id} did not come as far as a Dockerfile`)
    } else context.print(found.text.trimEnd())
    return exitCode.ok
  },
})

import { cancelBuild } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { findBuild } from './find-build.ts'

export const cancel = defineCommand({
  usage: 'builds cancel <app> [build]',
  summary: 'Stop a build, whatever it is doing; the newest one unless another is named',
  args: z.strictObject({ app: appArgument, build: z.string().optional() }),

  async run({ app, build }, context) {
    const { id } = await findBuild(app, build, context)
    await context.call(cancelBuild, { params: { app, buildId: id } })
    context.print(`Build ${id} is cancelled`)
    return exitCode.ok
  },
})

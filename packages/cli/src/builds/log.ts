import { followBuildLog } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { colouredText } from '../terminal/plain-text.ts'
import { findBuild } from './find-build.ts'

export const log = defineCommand({
  usage: 'builds log <app> [build]',
  summary: 'Print the log of a build; of the newest one unless another is named',
  options: { '-f, --follow': 'go on with the lines to come, until it ends', '--json': 'print each line as JSON' },
  args: z.strictObject({
    app: appArgument,
    build: z.string().optional(),
    follow: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run({ app, build, follow, json }, context) {
    const { id } = await findBuild(app, build, context)
    const { isColored } = context.terminal
    const query = { follow: follow ? 'true' : 'false', skip: 0 }
    for await (const line of context.stream(followBuildLog, { params: { app, buildId: id }, query })) {
      context.print(json ? JSON.stringify(line) : colouredText(line.text, { isColored }))
    }
    return exitCode.ok
  },
})

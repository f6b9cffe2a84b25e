import { getApp, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { plainText } from '../terminal/plain-text.ts'

export const open = defineCommand({
  usage: 'open <app>',
  summary: 'Print the address of an app',
  args: z.strictObject({ app: appArgument }),

  async run({ app }, { call, print }) {
    const { url } = await call(getApp, { params: { app } })
    if (!url) throw new PlatformError('not_found', `${app} takes no traffic, so it has no address`)
    print(plainText(url))
    return exitCode.ok
  },
})

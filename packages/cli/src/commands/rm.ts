import { getApp, removeApp } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { confirmByName } from '../terminal/confirm-by-name.ts'

export const rm = defineCommand({
  usage: 'rm <app>',
  summary: 'Remove an app, its instances and its history',
  options: { '--yes': 'do not ask' },
  args: z.strictObject({ app: appArgument, yes: z.boolean().default(false) }),

  async run({ app, yes }, context) {
    const { call, print } = context
    const warning = `This removes ${app} with its history.`
    const check = () => call(getApp, { params: { app } })
    if (!yes && !(await confirmByName({ name: app, warning, check }, context))) {
      print('Nothing was removed.')
      return exitCode.failed
    }
    await call(removeApp, { params: { app } })
    print(`Removed ${app}`)
    return exitCode.ok
  },
})

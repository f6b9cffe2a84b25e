import { getApp, PlatformError, removeApp } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'

export const rm = defineCommand({
  usage: 'rm <app>',
  summary: 'Remove an app, its instances and its history',
  options: { '--yes': 'do not ask' },
  args: z.strictObject({ app: appArgument, yes: z.boolean().default(false) }),

  async run({ app, yes }, context) {
    if (!yes && !(await confirmByName(app, context))) {
      context.print('Nothing was removed.')
      return exitCode.failed
    }
    await context.call(removeApp, { params: { app } })
    context.print(`Removed ${app}`)
    return exitCode.ok
  },
})

async function confirmByName(app: string, { call, ask, terminal }: Context): Promise<boolean> {
  if (!terminal.isLive || !process.stdin.isTTY) {
    throw new PlatformError('invalid_request', `Removing ${app} needs --yes where nobody can be asked`)
  }
  await call(getApp, { params: { app } }) // Nobody should type a name in full to learn that there is no such app.
  return (await ask(`This removes ${app} with its history. Type its name to go on`)) === app
}

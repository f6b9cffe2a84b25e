import { cancelDeployment, getApp, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'

export const cancel = defineCommand({
  usage: 'cancel <app>',
  summary: 'Cancel the deployment of an app that is under way',
  args: z.strictObject({ app: appArgument }),

  async run({ app }, { call, print }) {
    const { deploymentId } = await call(getApp, { params: { app } })
    if (!deploymentId) throw new PlatformError('deployment_not_found', `No deployment of ${app} is under way`)
    await call(cancelDeployment, { params: { app, deploymentId } })
    print(`Cancelled the deployment of ${app}`)
    return exitCode.ok
  },
})

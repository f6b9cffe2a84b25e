import { type App, listApps } from '@berth/contract'
import { z } from 'zod'
import { deploymentCell, releaseCell, stateCell } from '../apps/app-cells.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'

export const apps = defineCommand({
  usage: 'apps',
  summary: 'List the apps',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listApps, {})
    const { colors } = context.terminal
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0)
      context.print('No apps yet. Try: berth deploy --image nginx:stable --port 80 --name hello')
    else {
      printTable<App>(found, context, [
        { title: 'APP', cell: ({ name }) => name, isFixed: true },
        { title: 'STATE', cell: ({ state }) => stateCell(state, colors), isFixed: true },
        { title: 'UP', cell: ({ readyReplicas, replicas }) => `${readyReplicas}/${replicas}`, isFixed: true },
        { title: 'RELEASE', cell: ({ releaseVersion }) => releaseCell(releaseVersion) },
        { title: 'DEPLOYED', cell: ({ lastDeployment }) => deploymentCell(lastDeployment, nowMs, colors) },
        { title: 'URL', cell: ({ url }) => url ?? '-', isFixed: true },
        { title: 'IMAGE', cell: ({ image }) => image ?? '-' },
        { title: 'NOTE', cell: ({ reason, lastDeployment }) => reason ?? lastDeployment?.failure ?? '' },
      ])
    }
    return exitCode.ok
  },
})

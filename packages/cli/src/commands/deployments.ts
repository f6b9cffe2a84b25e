import { type Deployment, formatDuration, listDeployments } from '@berth/contract'
import { z } from 'zod'
import { releaseCell, stateCell } from '../apps/app-cells.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument, countFlag } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const deployments = defineCommand({
  usage: 'deployments <app>',
  summary: 'List the deployments of an app, newest first',
  options: { '--limit <n>': 'how many, at most 200', ...jsonOption },
  args: z.strictObject({ app: appArgument, limit: countFlag(200).optional(), json: z.boolean().default(false) }),

  async run({ app, limit, json }, context) {
    const found = await context.call(listDeployments, { params: { app }, query: { limit } })
    const { colors } = context.terminal
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print(`${app} has not been deployed yet.`)
    else {
      printTable<Deployment>(found, context, [
        { title: 'DEPLOYMENT', cell: ({ id }) => id },
        { title: 'KIND', cell: ({ kind }) => kind, isFixed: true },
        { title: 'RELEASE', cell: ({ releaseVersion }) => releaseCell(releaseVersion), isFixed: true },
        { title: 'STATE', cell: ({ state }) => stateCell(state, colors), isFixed: true },
        { title: 'STARTED', cell: ({ createdAt }) => relativeTime(createdAt, nowMs), isFixed: true },
        { title: 'TOOK', cell: (deployment) => took(deployment) },
        { title: 'BY', cell: ({ requestedBy }) => requestedBy },
        { title: 'IMAGE', cell: ({ image }) => image },
        { title: 'REASON', cell: ({ failure }) => failure?.message ?? '' },
      ])
    }
    return exitCode.ok
  },
})

const took = ({ createdAt, finishedAt }: Deployment) =>
  finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(createdAt)) : '-'

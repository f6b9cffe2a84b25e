import { type Instance, listInstances } from '@berth/contract'
import { z } from 'zod'
import { releaseCell, stateCell } from '../apps/app-cells.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const ps = defineCommand({
  usage: 'ps <app>',
  summary: 'List the instances of an app',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, json: z.boolean().default(false) }),

  async run({ app, json }, context) {
    const instances = await context.call(listInstances, { params: { app } })
    const { colors } = context.terminal
    const nowMs = context.now()
    if (json) context.printJson(instances)
    else if (instances.length === 0) context.print(`${app} has no instances.`)
    else {
      printTable<Instance>(instances, context, [
        { title: 'INSTANCE', cell: ({ id }) => id.slice(0, 12), isFixed: true },
        { title: 'SERVICE', cell: ({ service }) => service },
        { title: 'RELEASE', cell: ({ releaseVersion }) => releaseCell(releaseVersion), isFixed: true },
        { title: 'MACHINE', cell: ({ machine }) => machine ?? '-' },
        { title: 'STATE', cell: ({ state }) => stateCell(state, colors), isFixed: true },
        { title: 'SINCE', cell: ({ since }) => relativeTime(since, nowMs), isFixed: true },
        { title: 'RESTARTS', cell: ({ restarts }) => restarts, isFixed: true },
        { title: 'REASON', cell: ({ reason }) => reason ?? '' },
      ])
    }
    return exitCode.ok
  },
})

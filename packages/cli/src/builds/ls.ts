import { type Build, formatBytes, formatDuration, listBuilds } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument, countFlag } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import type { Colors } from '../terminal/terminal.ts'

export const ls = defineCommand({
  usage: 'builds ls <app>',
  summary: 'List the builds of an app, newest first',
  options: { '--limit <n>': 'how many, at most 200', ...jsonOption },
  args: z.strictObject({ app: appArgument, limit: countFlag(200).optional(), json: z.boolean().default(false) }),

  async run({ app, limit, json }, context) {
    const found = await context.call(listBuilds, { params: { app }, query: { limit } })
    const { colors } = context.terminal
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print(`${app} has not been built yet.`)
    else {
      printTable<Build>(found, context, [
        { title: 'BUILD', cell: ({ id }) => id },
        { title: 'STATE', cell: (build) => stateCell(build, colors), isFixed: true },
        { title: 'ASKED FOR', cell: ({ createdAt }) => relativeTime(createdAt, nowMs), isFixed: true },
        { title: 'TOOK', cell: took },
        { title: 'MACHINE', cell: ({ machine }) => machine ?? '-' },
        { title: 'SIZE', cell: sizeCell },
        { title: 'SOURCE', cell: sourceCell },
        { title: 'BY', cell: ({ requestedBy }) => requestedBy },
        { title: 'REASON', cell: ({ failure, detail }) => failure?.message ?? detail ?? '' },
      ])
    }
    return exitCode.ok
  },
})

function stateCell({ state, position }: Build, colors: Colors): string {
  if (state === 'succeeded') return colors.green(state)
  if (state === 'failed') return colors.red(state)
  return state === 'queued' && position ? `${state} (${position})` : state
}

const sizeCell = ({ images }: Build) =>
  images.length === 0 ? '-' : formatBytes(images.reduce((sum, { imageBytes }) => sum + imageBytes, 0))

const took = ({ startedAt, finishedAt }: Build) =>
  startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : '-'

function sourceCell({ source, commit }: Build): string {
  if (source.kind === 'archive') return source.name
  return `${source.url}${commit ? `@${commit.slice(0, 8)}` : source.ref ? `@${source.ref}` : ''}`
}

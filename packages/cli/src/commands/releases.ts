import { formatBytes, formatCpu, getApp, listReleases, type Release } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

type Row = { release: Release; service: Release['services'][number] }

export const releases = defineCommand({
  usage: 'releases <app>',
  summary: 'List the releases of an app and what each changed, newest first',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, json: z.boolean().default(false) }),

  async run({ app, json }, context) {
    const params = { app }
    const [found, { releaseVersion }] = await Promise.all([
      context.call(listReleases, { params }),
      context.call(getApp, { params }),
    ])
    const nowMs = context.now()
    if (json) context.printJson(found)
    else if (found.length === 0) context.print(`${app} has no releases yet.`)
    else {
      const rows = found.flatMap((release) => release.services.map((service): Row => ({ release, service })))
      printTable<Row>(rows, context, [
        { title: 'RELEASE', cell: ({ release: { version } }) => `v${version}`, isFixed: true },
        { title: '', cell: ({ release }) => noteOf(release, releaseVersion), isFixed: true },
        { title: 'CREATED', cell: ({ release: { createdAt } }) => relativeTime(createdAt, nowMs), isFixed: true },
        { title: 'BY', cell: ({ release: { createdBy } }) => createdBy },
        { title: 'CHANGES', cell: ({ release: { changes } }) => changes.join('; ') || '-' },
        { title: 'SERVICE', cell: ({ service: { name } }) => name },
        { title: 'IMAGE', cell: ({ service: { image } }) => image },
        { title: 'DIGEST', cell: ({ service: { imageDigest } }) => shortDigest(imageDigest) },
        { title: 'PORT', cell: ({ service: { port } }) => port ?? '-' },
        { title: 'LIMITS', cell: ({ service: { resources } }) => describeLimits(resources) },
      ])
    }
    return exitCode.ok
  },
})

const noteOf = ({ version, hasImage }: Release, releaseVersion: number | null) =>
  version === releaseVersion ? 'serves' : hasImage ? '' : 'no image any more'

const shortDigest = (imageDigest: string) => imageDigest.split('@').at(-1)?.slice(0, 19) ?? imageDigest

function describeLimits({ cpuMillis, memoryBytes }: Row['service']['resources']): string {
  const limits = [cpuMillis && `${formatCpu(cpuMillis)} cores`, memoryBytes && formatBytes(memoryBytes)]
  return limits.filter(Boolean).join(', ') || '-'
}

import { formatBytes, formatCpu, listMachines, type Machine } from '@berth/contract'
import { z } from 'zod'
import { stateCell } from '../apps/app-cells.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

const percent = (ratio: number) => `${Math.round(ratio * 100)}%`
const share = (used: number, total: number) => `${formatBytes(used)} of ${formatBytes(total)}`

export const machines = defineCommand({
  usage: 'machines',
  summary: 'List the machines and how busy they are',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const found = await context.call(listMachines, {})
    const { colors } = context.terminal
    const nowMs = context.now()
    if (json) context.printJson(found)
    else {
      printTable<Machine>(found, context, [
        { title: 'MACHINE', cell: ({ name }) => name },
        { title: 'ROLE', cell: ({ role, isLeader }) => (isLeader ? `${role}, leader` : role) },
        { title: 'STATE', cell: ({ state }) => stateCell(state, colors), isFixed: true },
        { title: 'ADDRESS', cell: ({ address }) => address },
        { title: 'INSTANCES', cell: ({ instances }) => instances },
        { title: 'CORES', cell: ({ cpuMillis }) => formatCpu(cpuMillis) },
        { title: 'CPU', cell: ({ stats }) => (stats ? percent(stats.cpuRatio) : '-') },
        { title: 'MEMORY', cell: ({ stats }) => (stats ? share(stats.memoryUsedBytes, stats.memoryTotalBytes) : '-') },
        { title: 'DISK', cell: ({ stats }) => (stats ? share(stats.diskUsedBytes, stats.diskTotalBytes) : '-') },
        { title: 'SEEN', cell: ({ lastSeenAt }) => (lastSeenAt ? relativeTime(lastSeenAt, nowMs) : 'never') },
      ])
    }
    return exitCode.ok
  },
})

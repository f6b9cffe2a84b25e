import { formatBytes, formatCpu, listMachines, type Machine } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { describeLabels, machineStateCell } from './machine-cells.ts'

const percent = (ratio: number) => `${Math.round(ratio * 100)}%`
const share = (used: number, total: number) => `${formatBytes(used)} of ${formatBytes(total)}`

export const ls = defineCommand({
  usage: 'machines ls',
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
        { title: 'STATE', cell: (machine) => machineStateCell(machine, colors), isFixed: true },
        { title: 'ADDRESS', cell: ({ address }) => address },
        { title: 'INSTANCES', cell: ({ instances }) => instances },
        { title: 'CORES', cell: ({ cpuMillis }) => formatCpu(cpuMillis) },
        { title: 'CPU', cell: ({ stats }) => (stats ? percent(stats.cpuRatio) : '-') },
        { title: 'MEMORY', cell: ({ stats }) => (stats ? share(stats.memoryUsedBytes, stats.memoryTotalBytes) : '-') },
        { title: 'DISK', cell: ({ stats }) => (stats ? share(stats.diskUsedBytes, stats.diskTotalBytes) : '-') },
        { title: 'ENGINE', cell: ({ engineVersion }) => engineVersion },
        { title: 'SEEN', cell: ({ lastSeenAt }) => (lastSeenAt ? relativeTime(lastSeenAt, nowMs) : 'never') },
        { title: 'LABELS', cell: ({ labels }) => describeLabels(labels) },
      ])
    }
    return exitCode.ok
  },
})

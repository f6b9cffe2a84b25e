import { formatBytes, formatCpu, getMachine, type Machine } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'
import { printFields } from '../terminal/print-fields.ts'
import { relativeTime, timeUntil } from '../terminal/relative-time.ts'
import type { Cell } from '../terminal/table.ts'
import { describeAvailability, describeLabels, machineStateCell } from './machine-cells.ts'

export const show = defineCommand({
  usage: 'machines show <machine>',
  summary: 'Show what is known of one machine',
  options: jsonOption,
  args: z.strictObject({ machine: machineArgument, json: z.boolean().default(false) }),

  async run({ machine, json }, context) {
    const found = await context.call(getMachine, { params: { machine } })
    if (json) context.printJson(found)
    else printFields(fieldsOf(found, context), context)
    return exitCode.ok
  },
})

const used = (amount: number, total: number) => `${formatBytes(amount)} of ${formatBytes(total)}`

function fieldsOf(machine: Machine, { terminal, now }: Context): [string, Cell][] {
  const { stats, reserved, holds, lastSeenAt, addedAt, certificateEndsAt } = machine
  return [
    ['Machine', machine.name],
    ['Role', machine.isLeader ? `${machine.role}, leader` : machine.role],
    ['State', machineStateCell(machine, terminal.colors)],
    ['Takes new instances', machine.availability === 'active' ? 'yes' : `no, it is ${describeAvailability(machine)}`],
    ['Labels', describeLabels(machine.labels)],
    ['Holds', holds.length > 0 ? `the ${holds.join(' and the ')} of Berth` : '-'],
    ['Address', machine.address],
    ['Engine', machine.engineVersion],
    ['Instances', machine.instances],
    ['Processor', `${formatCpu(machine.cpuMillis)} cores, ${formatCpu(reserved.cpuMillis)} reserved`],
    ['Memory', `${formatBytes(machine.memoryBytes)}, ${formatBytes(reserved.memoryBytes)} reserved`],
    ['Used now', stats ? `${Math.round(stats.cpuRatio * 100)}% of the processor` : '-'],
    ['Memory used', stats ? used(stats.memoryUsedBytes, stats.memoryTotalBytes) : '-'],
    ['Disk used', stats ? used(stats.diskUsedBytes, stats.diskTotalBytes) : '-'],
    ['Seen', lastSeenAt ? relativeTime(lastSeenAt, now()) : 'never'],
    ['Added', addedAt ? relativeTime(addedAt, now()) : '-'],
    ['Certificate ends', certificateEndsAt ? timeUntil(certificateEndsAt, now()) : '-'],
  ]
}

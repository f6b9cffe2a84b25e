import { explainPlacement, formatBytes, formatCpu, type MachineChoice, type ServicePlacement } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { plainText } from '../terminal/plain-text.ts'
import { printFields } from '../terminal/print-fields.ts'
import { padText, textWidth } from '../terminal/text-width.ts'
import { describeLabels } from './machine-cells.ts'

export const explain = defineCommand({
  usage: 'machines explain <app>',
  summary: 'Say which machine has or gets the instances of an app, which do not, and why',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, json: z.boolean().default(false) }),

  async run({ app, json }, context) {
    const found = await context.call(explainPlacement, { params: { app } })
    if (json) context.printJson(found)
    else for (const [at, service] of found.services.entries()) show(service, at > 0, context)
    return exitCode.ok
  },
})

function show(service: ServicePlacement, isFurther: boolean, context: Context) {
  if (isFurther) context.print('')
  printFields(
    [
      ['Service', `${service.service} of v${service.releaseVersion}`],
      ['Instances', describeInstances(service)],
      ['Runs on', describePlacement(service)],
      ['Reserves', describeReservations(service)],
    ],
    context,
  )
  for (const { state, reason } of service.instances) {
    if (state === 'pending' && reason !== null) printFields([['Waits', reason]], context)
  }
  context.print('')
  for (const line of machineLines(service.machines)) context.print(plainText(line))
  for (const text of service.notes) context.print(`\n${plainText(text)}`)
}

/** No table: the reasons are what is asked for, so they must not be cut where the terminal is narrow. */
function machineLines(machines: readonly MachineChoice[]): string[] {
  const names = Math.max(...machines.map(({ machine }) => textWidth(machine)))
  return machines.map(({ machine, verdict, reasons, freeCpuMillis, freeMemoryBytes }) => {
    const free = `${formatCpu(freeCpuMillis)} cores and ${formatBytes(freeMemoryBytes)} not reserved`
    return `${padText(machine, names)}  ${padText(verdictWords[verdict], 7)}  ${reasons.join('; ')} (${free})`
  })
}

const verdictWords = { next: 'is next', possible: 'could', excluded: 'cannot' } as const

function describeInstances({ replicas, instances }: ServicePlacement): string {
  const running = instances.filter(({ state }) => state === 'running')
  const byMachine = Map.groupBy(running, ({ machine }) => machine ?? 'no machine')
  const where = [...byMachine].map(([machine, here]) => `${here.length} on ${machine}`).toSorted()
  return [`${running.length} of ${replicas} running`, ...where].join(', ')
}

function describePlacement({ placement: { on, spread } }: ServicePlacement): string {
  const where = Object.keys(on).length > 0 ? `machines with ${describeLabels(on)}` : 'any machine'
  return spread === null ? where : `${where}, spread over ${spread}`
}

function describeReservations({ reservations }: ServicePlacement): string {
  const { cpuMillis, cpuSource, memoryBytes, memorySource, observed } = reservations
  const samples = observed ? `, from ${observed.sampleCount} samples` : ''
  const from = { setting: ' (as set)', observed: ` (as observed${samples})`, none: '' }
  const cpu = cpuMillis === 0 ? 'no CPU' : `${formatCpu(cpuMillis)} cores`
  const memory = memoryBytes === 0 ? 'no memory' : `${formatBytes(memoryBytes)} of memory`
  return `${cpu}${from[cpuSource]}, ${memory}${from[memorySource]}`
}

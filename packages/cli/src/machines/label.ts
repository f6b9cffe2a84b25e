import { labelMachine, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'
import { readLabels } from '../inputs/label-flags.ts'
import { plainText } from '../terminal/plain-text.ts'
import { describeLabels } from './machine-cells.ts'

export const label = defineCommand({
  usage: 'machines label <machine> <labels...>',
  summary: 'Set labels of a machine, such as disk=ssd; zone- takes one away',
  options: { '--force': 'also where instances that need a label are ended by that at once', ...jsonOption },
  examples: ['berth machines label worker1 disk=ssd zone=a', 'berth machines label worker1 zone-'],
  args: z.strictObject({
    machine: machineArgument,
    labels: z.array(z.string()),
    force: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run({ machine, labels: texts, force, json }, { call, print, printJson }) {
    const labels = readLabels(texts, 'labels')
    if (Object.keys(labels).length === 0) throw new PlatformError('invalid_request', 'labels: name at least one')
    const changed = await call(labelMachine, { params: { machine }, body: { labels, force } })
    if (json) printJson(changed)
    else print(plainText(`${machine}: ${describeLabels(changed.labels)}`))
    return exitCode.ok
  },
})

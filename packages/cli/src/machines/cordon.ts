import { cordonMachine, listMachines } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'

export const cordon = defineCommand({
  usage: 'machines cordon <machine>',
  summary: 'Give a machine no new instances; what runs there goes on',
  options: jsonOption,
  args: z.strictObject({ machine: machineArgument, json: z.boolean().default(false) }),

  async run({ machine, json }, { call, print, printJson, note }) {
    const cordoned = await call(cordonMachine, { params: { machine }, body: { isCordoned: true } })
    if (json) printJson(cordoned)
    else print(`${machine} takes no new instances. To end that: berth machines uncordon ${machine}`)
    const left = (await call(listMachines, {})).filter(({ availability, state }) => {
      return availability === 'active' && state !== 'down'
    })
    if (left.length === 0)
      note('No machine takes new instances now: what ends is not replaced, and nothing can be deployed.')
    return exitCode.ok
  },
})

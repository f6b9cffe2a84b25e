import { type MachineReachability, tryMachineReachability } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'

export const check = defineCommand({
  usage: 'machines check <machine>',
  summary: 'Let the other machines try to reach one, and it them',
  details:
    'By the ways that visitors’ requests and the cluster take, with packets of full size. In a cluster of more than twenty others, twenty of them try. Fails when something is closed.',
  options: jsonOption,
  args: z.strictObject({ machine: machineArgument, json: z.boolean().default(false) }),

  async run({ machine, json }, { call, print, printJson }) {
    const found = await call(tryMachineReachability, { params: { machine } })
    if (json) printJson(found)
    else for (const line of describe(found)) print(line)
    return found.isReached ? exitCode.ok : exitCode.failed
  },
})

function describe({ machine, others, tries }: MachineReachability): string[] {
  if (others === 0) return [`There is no other machine that could try to reach ${machine}`]
  const fine = tries.filter(({ troubles }) => troubles.length === 0)
  const sample = tries.length < others ? `, a sample of ${others}` : ''
  return [
    `${fine.length} of ${tries.length} machines reach ${machine}, and it them${sample}`,
    ...tries.flatMap(({ machine: other, troubles, isOthersOwn }) =>
      troubles.map((trouble) => `  ${trouble}${isOthersOwn ? ` (${other} has that with others as well)` : ''}`),
    ),
  ]
}

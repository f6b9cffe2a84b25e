import {
  cancelRelocation,
  changeClusterSettings,
  listRelocations,
  PlatformError,
  planRebalance,
  type RebalancePlan,
  startRebalance,
} from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { hasEnded } from '../deployments/follow-to-end.ts'
import { exitCode } from '../exit-code.ts'
import { watchRelocation } from '../relocations/watch-relocation.ts'
import { confirm } from '../terminal/confirm.ts'
import { printTable } from '../terminal/print-table.ts'

export const rebalance = defineCommand({
  usage: 'machines rebalance',
  summary: 'Spread instances evenly over the machines again',
  details:
    'Shows the plan and asks first. One instance is moved at a time, a new one first; everything else goes on as it is.',
  options: {
    '--dry-run': 'only show the plan',
    '--yes': 'do not ask',
    '--cancel': 'end the one that is under way, after which everything stays where it is',
    '--automatic <on|off>': 'whether Berth does it by itself after a machine came back or joined',
    ...jsonOption,
  },
  args: z.strictObject({
    dryRun: z.boolean().default(false),
    yes: z.boolean().default(false),
    cancel: z.boolean().default(false),
    automatic: z.enum(['on', 'off'], 'use on or off').optional(),
    json: z.boolean().default(false),
  }),

  async run({ dryRun, yes, cancel, automatic, json }, context) {
    if (automatic) return setAutomatic(automatic === 'on', context)
    if (cancel) return cancelRunning(context)
    const plan = await context.call(planRebalance, {})
    if (dryRun && json) context.printJson(plan)
    else if (!json) printPlan(plan, context)
    if (dryRun || plan.moves.length === 0) return exitCode.ok
    if (!yes && !(await confirm(`Move ${describeCount(plan)}`, context))) {
      context.print('Nothing was moved.')
      return exitCode.failed
    }
    return watchRelocation(await context.call(startRebalance, {}), { json, isNew: true }, context)
  },
})

const describeCount = ({ moves }: RebalancePlan) =>
  moves.length === 1 ? '1 instance' : `${moves.length} instances, one at a time`

function printPlan({ moves, skipped }: RebalancePlan, context: Context) {
  if (moves.length === 0) context.print('Everything is spread as evenly as it can be.')
  else {
    printTable(moves, context, [
      { title: 'APP', cell: ({ app }) => app },
      { title: 'SERVICE', cell: ({ service }) => service },
      { title: 'FROM', cell: ({ from }) => from },
      { title: 'TO', cell: ({ to }) => to },
    ])
  }
  for (const { app, service, reason } of skipped) context.note(`Left as it is: ${app} ${service}, as ${reason}`)
}

async function setAutomatic(rebalancesByItself: boolean, { call, print }: Context): Promise<number> {
  await call(changeClusterSettings, { body: { rebalancesByItself } })
  print(
    rebalancesByItself
      ? 'Berth rebalances by itself from now on, a minute after a machine came back or joined'
      : 'Berth only offers to rebalance: berth activity shows when',
  )
  return exitCode.ok
}

async function cancelRunning({ call, print }: Context): Promise<number> {
  const found = (await call(listRelocations, { query: {} })).find((it) => it.kind === 'rebalance' && !hasEnded(it))
  if (!found)
    throw new PlatformError('relocation_not_found', 'No rebalance is under way', {
      hint: 'See what runs: berth machines relocations',
    })
  await call(cancelRelocation, { params: { relocationId: found.id } })
  print('Cancelled the rebalance; what was moved stays where it is')
  return exitCode.ok
}

import { type Cleanup, formatBytes, startCleanup } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { confirm } from '../terminal/confirm.ts'
import { printRefusals, printSteps } from './print-steps.ts'

export const clean = defineCommand({
  usage: 'disk clean',
  summary: 'Remove what Berth made and nothing needs any more',
  details: 'Shows the plan with its reasons and asks first. Exits 1 when something that should go could not.',
  options: {
    '--app <name>': 'only what is of this app',
    '--dry-run': 'only show the plan',
    '--yes': 'do not ask',
    ...jsonOption,
  },
  args: z.strictObject({
    app: appArgument.optional(),
    dryRun: z.boolean().default(false),
    yes: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run({ app, dryRun, yes, json }, context) {
    const plan = await context.call(startCleanup, { body: { isDryRun: true, app } })
    const isDone = dryRun || plan.steps.length === 0
    if (!json) printPlan(plan, context)
    else if (isDone) context.printJson({ ...plan, isDryRun: dryRun })
    if (isDone) return exitCode.ok
    if (!yes && !(await confirm(`Remove ${formatBytes(plan.freedBytes)}`, context))) {
      context.print('Nothing was removed.')
      return exitCode.failed
    }
    const done = await context.call(startCleanup, { body: { app } })
    if (json) context.printJson(done)
    else {
      context.print(`Freed ${formatBytes(done.freedBytes)}.`)
      printRefusals(done.refusals, context)
    }
    return done.refusals.length === 0 ? exitCode.ok : exitCode.failed
  },
})

function printPlan({ steps, refusals, freedBytes }: Cleanup, context: Context) {
  if (steps.length === 0) context.print('There is nothing to remove.')
  else {
    printSteps(steps, context)
    context.note(`${formatBytes(freedBytes)} in all`)
  }
  printRefusals(refusals, context)
}

import { z } from 'zod'
import { defineCommand } from '../command-line/command.ts'
import { switchFlag } from '../command-line/flags.ts'
import { planDown } from '../down.ts'
import { describeRemoval } from '../removal/removal-plan.ts'
import { terminalPrompts } from '../system/prompts.ts'

export const down = defineCommand({
  usage: 'down',
  summary: 'Remove Berth from this machine',
  options: {
    '--data': 'also everything that it keeps: apps, volumes, backups',
    '--dry-run': 'only say what would be removed',
    '--yes': 'do not ask',
  },
  args: z.strictObject({ data: switchFlag, dryRun: switchFlag, yes: switchFlag }),

  async run({ data: withData, dryRun: isDryRun, yes }, { config, step, print }) {
    const { steps, kept, apply } = await planDown(config, { withData })
    if (isDryRun) {
      for (const planned of steps) print(`would: ${describeRemoval(planned)}`)
    } else {
      if (withData && !yes && steps.length > 0 && !(await confirmDataLoss(config.stateDir))) {
        print('Nothing was changed.')
        return 1
      }
      await apply(step)
    }
    if (steps.length === 0) print('Nothing of Berth is here.')
    for (const sentence of kept) print(`Kept: ${sentence}`)
    return 0
  },
})

async function confirmDataLoss(stateDir: string): Promise<boolean> {
  const prompts = terminalPrompts()
  if (!prompts) return true
  const answer = await prompts.ask(`Remove Berth with all apps, volumes and ${stateDir}? Type yes: `)
  return answer.trim() === 'yes'
}

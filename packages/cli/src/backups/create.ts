import { createBackup } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printBackups } from './ls.ts'

export const create = defineCommand({
  usage: 'backups create',
  summary: 'Write a backup on each manager now; exits 1 when one failed',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const outcome = await context.call(createBackup, {})
    if (json) context.printJson(outcome)
    else {
      if (outcome.backups.length > 0) printBackups(outcome.backups, context)
      for (const { machine, message } of outcome.failures) context.note(`${machine}: ${message}`)
    }
    return outcome.failures.length === 0 ? exitCode.ok : exitCode.failed
  },
})

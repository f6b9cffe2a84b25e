import { removeProject } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { projectFlag } from '../inputs/flags.ts'

export const rm = defineCommand({
  usage: 'projects rm <project>',
  summary: 'Remove a project that has no apps',
  args: z.strictObject({ project: projectFlag }),

  async run({ project }, { call, print }) {
    await call(removeProject, { params: { project } })
    print(`Removed ${project}`)
    return exitCode.ok
  },
})

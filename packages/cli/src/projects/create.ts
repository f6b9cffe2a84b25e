import { createProject } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { projectFlag } from '../inputs/flags.ts'

export const create = defineCommand({
  usage: 'projects create <project>',
  summary: 'Create a project',
  args: z.strictObject({ project: projectFlag }),

  async run({ project }, { call, print }) {
    await call(createProject, { body: { name: project } })
    print(`Created ${project}. Invite someone: berth users invite <email> --project ${project}`)
    return exitCode.ok
  },
})

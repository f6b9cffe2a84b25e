import { z } from 'zod'
import { defineCommand } from '../command-line/command.ts'
import { quickstart as start } from '../quickstart.ts'

export const quickstart = defineCommand({
  usage: 'quickstart',
  summary: 'Install Berth on this machine, with a sample app that answers',
  args: z.strictObject({}),

  async run(_, { config, step, print }) {
    await start(config, { step, print })
    return 0
  },
})

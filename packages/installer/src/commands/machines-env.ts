import Docker from 'dockerode'
import { z } from 'zod'
import { defineCommand } from '../command-line/command.ts'
import { machineArgument } from '../command-line/flags.ts'
import { ownSite } from '../machine-containers/machine-site.ts'
import { describeEnvironment } from '../machines/container-commands.ts'

export const machinesEnv = defineCommand({
  usage: 'machines env <machine>',
  summary: 'Print what lets docker speak to the engine of a machine in a container',
  examples: ['eval "$(berth machines env worker1)" && docker ps'],
  args: z.strictObject({ machine: machineArgument }),

  async run({ machine }, { config, print }) {
    const outer = new Docker({ socketPath: config.dockerSocket })
    print(await describeEnvironment(machine, { outer, site: ownSite }))
    return 0
  },
})

import { formatDuration, PlatformError } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command-line/command.ts'
import { switchFlag } from '../command-line/flags.ts'
import { restore as bringBack, goOnAlone } from '../restore/restore.ts'

export const restore = defineCommand({
  usage: 'restore [file]',
  summary: 'Bring a cluster back from a backup, on this machine',
  options: {
    '--key <file>': 'the key of the cluster’s CA, where the backup’s own machine is gone',
    '--replace-swarm': 'also where this machine is in a swarm already',
    '--replace-database': 'also where this machine has a database of Berth already',
    '--survivor': 'no backup: most managers are gone for good, and this one goes on alone',
  },
  isInterruptible: true,
  args: z.strictObject({
    file: z.string().optional(),
    key: z.string().optional(),
    replaceSwarm: switchFlag,
    replaceDatabase: switchFlag,
    survivor: switchFlag,
  }),

  async run({ file, key: keyFile, survivor, ...rules }, { config, step, print, signal }) {
    if (!config.isThisMachine) throw notFromHere()
    if (!survivor && file === undefined) throw noFile()
    const { url, durationMs } =
      survivor || file === undefined
        ? await goOnAlone({ config, step, signal })
        : await bringBack({ file, keyFile, ...rules }, { config, step, signal })
    print(`\nBerth is back at ${url} (the last part took ${formatDuration(durationMs)}).`)
    print('Machines that were managers do not come back by themselves: see docs/backups.md, "Afterwards".')
    return 0
  },
})

const notFromHere = () =>
  new PlatformError('invalid_request', 'A cluster is restored on the machine itself, not over BERTH_DOCKER_SOCKET')

const noFile = () =>
  new PlatformError('invalid_request', "missing required argument 'file'", {
    hint: 'Name the file of a backup, or say --survivor. See berth restore --help',
  })

import { z } from 'zod'
import { defineCommand, jsonOption } from '../command-line/command.ts'
import { addressFlag, switchFlag } from '../command-line/flags.ts'
import { joinHere } from '../machines/join-here.ts'

export const join = defineCommand({
  usage: 'join <token>',
  summary: 'Make this machine a member of a cluster, with a token',
  details: 'The token is what berth machines join-command prints on the cluster.',
  options: { '--address <address>': 'under which the others reach this machine', ...jsonOption },
  isInterruptible: true,
  args: z.strictObject({ token: z.string(), address: addressFlag.optional(), json: switchFlag }),

  async run({ token, address: wanted, json }, { config, step, quiet, print, signal }) {
    const options = { address: wanted, step: json ? quiet.step : step, signal }
    const { settings, address, changes } = await joinHere(token, config, options)
    const { machine, role } = settings
    if (json) print(JSON.stringify({ machine, role, address, changes }))
    else if (changes.length === 0) print(`\n${machine} is a machine of the cluster already, and all of it is right.`)
    else print(`\n${machine} is a machine of the cluster now, at ${address}.`)
    return 0
  },
})

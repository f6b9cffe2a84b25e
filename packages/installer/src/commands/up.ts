import { formatDuration } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command-line/command.ts'
import { switchFlag } from '../command-line/flags.ts'
import { stateFiles } from '../state/state-dir.ts'
import { up as install } from '../up.ts'

export const up = defineCommand({
  usage: 'up',
  summary: 'Install Berth on this machine, or repair it',
  options: jsonOption,
  args: z.strictObject({ json: switchFlag }),

  async run({ json }, { config, step, quiet, print }) {
    const { bootstrap, ...result } = await install(config, json ? quiet.step : step)
    if (json) {
      print(JSON.stringify({ ...result, adminEmail: bootstrap.adminEmail }))
      return 0
    }
    const { changes, url, durationMs } = result
    const summary = changes.length === 0 ? 'Nothing had to be changed' : `${changes.length} things were put right`
    print(`\nBerth is up at ${url}. ${summary} (${formatDuration(durationMs)}).`)
    const { bootstrap: file } = stateFiles
    print(`Sign in as ${bootstrap.adminEmail}; the password for the first time is in ${config.stateDir}/${file}.`)
    return 0
  },
})

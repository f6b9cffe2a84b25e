import { getHealth, getSystem } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { getLogin } from '../login-store.ts'
import { plainText } from '../terminal/plain-text.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { padText } from '../terminal/text-width.ts'

export const status = defineCommand({
  usage: 'status',
  summary: 'Show whether Berth is well',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, { call, print, printJson, config, now, terminal: { colors } }) {
    const { url } = getLogin(config)
    const [health, system] = await Promise.all([call(getHealth, {}), call(getSystem, {})])
    const isWell = health.status !== 'starting' && system.agents === system.machines
    const rows = [
      ['Berth', `${system.version} at ${url}`],
      ['Server', isWell ? colors.green(health.status) : `${colors.yellow(health.status)}`],
      ['Up since', relativeTime(system.startedAt, now())],
      ['Database', system.database],
      ['Domain', plainText(system.domain)],
      ['Machines', describeAgents(system)],
    ]
    if (json) printJson({ ...health, ...system, url })
    else for (const [title = '', text = ''] of rows) print(`${colors.dim(padText(title, 8))}  ${text}`)
    return isWell ? exitCode.ok : exitCode.failed
  },
})

const describeAgents = ({ machines, agents }: { machines: number; agents: number }) =>
  agents === machines ? `${machines}` : `${machines}, of which ${machines - agents} without an agent that answers`

import { getHealth, getSystem, type SystemCheck } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { getLogin } from '../login-store.ts'
import { printFields } from '../terminal/print-fields.ts'
import { printTable } from '../terminal/print-table.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const status = defineCommand({
  usage: 'status',
  summary: 'Show whether Berth is well; exits 1 when a check failed',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const { call, printJson, config, now, terminal } = context
    const { url } = getLogin(config)
    const [health, system] = await Promise.all([call(getHealth, {}), call(getSystem, {})])
    const isReady = health.status !== 'starting'
    const isWell =
      isReady && system.agents === system.machines && system.checks.every(({ state }) => state !== 'failed')
    if (json) printJson({ ...health, ...system, url })
    else {
      const paint = isReady ? terminal.colors.green : terminal.colors.yellow
      printFields(
        [
          ['Berth', `${system.version} at ${url}`],
          ['Server', { text: health.status, paint }],
          ['Up since', relativeTime(system.startedAt, now())],
          ['Database', system.database],
          ['Domain', system.domain],
          ['Machines', describeAgents(system)],
        ],
        context,
      )
      printChecks(system.checks, context)
    }
    return isWell ? exitCode.ok : exitCode.failed
  },
})

const checkColors = { ok: 'green', warning: 'yellow', failed: 'red' } as const

function printChecks(checks: readonly SystemCheck[], context: Context) {
  if (checks.length === 0) return
  const { colors } = context.terminal
  context.print('')
  printTable<SystemCheck>(checks, context, [
    { title: 'CHECK', cell: ({ name }) => name, isFixed: true },
    { title: 'STATE', cell: ({ state }) => ({ text: state, paint: colors[checkColors[state]] }), isFixed: true },
    { title: '', cell: ({ message }) => message },
  ])
}

const describeAgents = ({ machines, agents }: { machines: number; agents: number }) =>
  agents === machines ? `${machines}` : `${machines}, of which ${machines - agents} without an agent that answers`

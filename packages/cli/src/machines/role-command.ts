import {
  changeMachineRole,
  forecastMachineRole,
  getMachine,
  type MachineRole,
  PlatformError,
  type RoleForecast,
} from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { machineArgument } from '../inputs/flags.ts'
import { confirm } from '../terminal/confirm.ts'

type RoleChange = { verb: string; role: MachineRole; summary: string }

/** Tells what the change means for the cluster before it is made, and asks. */
export const roleCommand = ({ verb, role, summary }: RoleChange) =>
  defineCommand({
    usage: `machines ${verb} <machine>`,
    summary,
    details:
      'The cluster can be changed only while more than half of its managers answer; what this does to that is told first.',
    options: { '--yes': 'do not ask', ...jsonOption },
    args: z.strictObject({
      machine: machineArgument,
      yes: z.boolean().default(false),
      json: z.boolean().default(false),
    }),

    async run({ machine, yes, json }, context) {
      const params = { machine }
      const forecast = await context.call(forecastMachineRole, { params, query: { role } })
      if (forecast.from === role) {
        if (json) context.printJson(await context.call(getMachine, { params }))
        else context.print(`${machine} is a ${role} already`)
        return exitCode.ok
      }
      for (const line of describeForecast(forecast)) context.note(line)
      if (forecast.refusal === null && !yes && !(await confirm(`Make ${machine} a ${role}`, context))) {
        context.note('Nothing was changed.')
        return exitCode.failed
      }
      // Also what would be refused: the server's own words say why, and it is the one that decides.
      const changed = await untilAgreed(() => context.call(changeMachineRole, { params, body: { role } }), context)
      if (json) context.printJson(changed)
      else context.print(`${machine} is a ${role} now`)
      return exitCode.ok
    },
  })

const mostTries = 3
const pauseMs = 1_000

/**
 * A manager that has just joined may still be catching up, and two of two agree on nothing until it has. What was asked for may
 * be done all the same by then, and then it is not done twice.
 */
async function untilAgreed<Answer>(ask: () => Promise<Answer>, { note, wait }: Context): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'engine_unavailable' || tries === mostTries) throw error
      note(`${error.message}. Trying again ...`)
      await wait(pauseMs)
    }
  }
}

export function describeForecast(forecast: RoleForecast): string[] {
  const { managersNow, managersAfter, mayFailNow, mayFailAfter, warnings } = forecast
  return [
    `Managers: ${managersNow} now, ${managersAfter} after`,
    `May fail with the cluster still changeable: ${mayFailNow} now, ${mayFailAfter} after`,
    ...warnings.map((warning) => `Note: ${warning}`),
  ]
}

import { listInstances, stopApp } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'

const pollMs = 250
/** Longer than an instance may take to stop. */
const patienceMs = 60_000

export const stop = defineCommand({
  usage: 'stop <app>',
  summary: 'Stop all instances and keep the app',
  options: jsonOption,
  args: z.strictObject({ app: appArgument, json: z.boolean().default(false) }),

  async run({ app, json }, context) {
    const stopped = await context.call(stopApp, { params: { app } })
    const left = await waitUntilGone(app, context)
    if (json) context.printJson(stopped)
    else context.print(`Stopped ${app}. Start it again: berth start ${app}`)
    if (left > 0) context.note(`${left} of its instances still take their time; see berth ps ${app}`)
    return exitCode.ok
  },
})

async function waitUntilGone(app: string, { call, wait, now }: Context): Promise<number> {
  const endMs = now() + patienceMs
  for (;;) {
    const instances = await call(listInstances, { params: { app } })
    const left = instances.filter(({ state }) => state !== 'complete' && state !== 'failed').length
    if (left === 0 || now() > endMs) return left
    await wait(pollMs)
  }
}

import { followStats, type StatsEvent } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand } from '../command.ts'
import { isTransient } from '../deployments/follow-to-end.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { sortings } from '../top/top-rows.ts'
import { openTopScreen, type TopScreen } from '../top/top-view.ts'

const retryMs = 1_000

export const top = defineCommand({
  usage: 'top [what]',
  summary: 'Show what machines and apps use, each second',
  options: {
    '--app <name>': 'one app and each of its instances',
    '--sort <by>': `${sortings.join(', ')} (cpu)`,
    '--once': 'show one second and end',
    '--json': 'print JSON, a line for each second',
  },
  details: 'What: machines, apps, or both of them (all). CPU of a machine is of all that it has, of an app in cores.',
  args: z.strictObject({
    what: z.enum(['all', 'machines', 'apps'], 'use machines, apps or all').default('all'),
    app: appArgument.optional(),
    sort: z.enum(sortings, `use ${sortings.join(', ')}`).default('cpu'),
    once: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run({ what, app, sort, once, json }, context) {
    const query = { ...(app === undefined ? {} : { app }), instances: app === undefined ? 'false' : 'true' } as const
    const read = () => context.stream(followStats, { query })
    const screen = json ? jsonScreen(context) : openTopScreen({ what, app, sorting: sort }, context)
    try {
      if (once) await showOne(read, screen)
      else await showAll(read, screen, context)
    } finally {
      screen.end()
    }
    return exitCode.ok
  },
})

type Read = () => AsyncIterable<StatsEvent>

async function showOne(read: Read, { show }: TopScreen) {
  for await (const event of read()) {
    show(event)
    return
  }
}

/** Until Ctrl-C, or an error that waiting does not cure. */
async function showAll(read: Read, { show, lost }: TopScreen, { wait }: Context): Promise<never> {
  for (;;) {
    try {
      for await (const event of read()) show(event)
    } catch (error) {
      if (!isTransient(error)) throw error
      lost()
    }
    await wait(retryMs)
  }
}

const jsonScreen = ({ print, note }: Context): TopScreen => ({
  show: (event) => print(JSON.stringify(event)),
  lost: () => note('Berth does not answer; trying again'),
  end: () => undefined,
})

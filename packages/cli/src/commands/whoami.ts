import { type Me, whoAmI } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { getLogin } from '../login-store.ts'
import { printFields } from '../terminal/print-fields.ts'

export const whoami = defineCommand({
  usage: 'whoami',
  summary: 'Show who you are to Berth and what you may do where',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, context) {
    const { config } = context
    const { url } = getLogin(config)
    const me = await context.call(whoAmI, {})
    if (json) context.printJson({ ...me, url })
    else {
      printFields(
        [
          ['Who', me.email ?? me.name],
          ['At', url],
          ['How', `${describeHow(me)}, from ${config.token ? 'BERTH_TOKEN' : config.path}`],
          ['Access', me.isAdmin ? `${me.access}, to the whole platform` : me.access],
          ...describeProjects(me),
        ],
        context,
      )
    }
    return exitCode.ok
  },
})

/** A token's name ends with its owner, who is named already. */
function describeHow({ name, email, kind }: Me): string {
  return kind === 'user' ? 'a session' : `the token "${name.replace(` (${email})`, '')}"`
}

function describeProjects({ projects, isAdmin }: Me): [name: string, value: string][] {
  if (projects.length === 0) return [['Projects', isAdmin ? 'all' : 'none yet; an admin can give you a role in one']]
  return projects.map(({ name, role }, index) => [index === 0 ? 'Projects' : '', `${name} (${role})`])
}

import { getEnvironment } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { renderEnvFile } from '../inputs/render-env-file.ts'
import { plainText } from '../terminal/plain-text.ts'

const mask = '***'

export const env = defineCommand({
  usage: 'env <app>',
  summary: 'Show the environment of the release that serves, the values masked',
  details: 'With --show it is what --env-file of berth deploy reads.',
  options: { '--show': 'show the values', ...jsonOption },
  examples: ['berth env hello', 'berth env hello --show > hello.env'],
  args: z.strictObject({ app: appArgument, show: z.boolean().default(false), json: z.boolean().default(false) }),

  async run({ app, show, json }, { call, print, printJson, note, terminal: { colors } }) {
    const { releaseVersion, services } = await call(getEnvironment, { params: { app } })
    const shown = services.map(({ name, env }) => ({ name, env: show ? env : maskValues(env) }))
    if (json) printJson({ releaseVersion, services: shown })
    else {
      for (const { name, env } of shown) {
        if (services.length > 1) print(colors.dim(`# ${plainText(name)}`))
        for (const line of renderEnvFile(env)) print(line)
      }
    }
    if (!json && shown.every(({ env }) => Object.keys(env).length === 0)) note(`${app} has no variables of its own.`)
    return exitCode.ok
  },
})

/** Values are secrets more often than not, and terminals are shared and recorded. */
const maskValues = (env: Record<string, string>) => Object.fromEntries(Object.keys(env).map((name) => [name, mask]))

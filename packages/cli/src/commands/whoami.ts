import { whoAmI } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { getLogin } from '../login-store.ts'
import { plainText } from '../terminal/plain-text.ts'

export const whoami = defineCommand({
  usage: 'whoami',
  summary: 'Show who you are to Berth and what you may do',
  options: jsonOption,
  args: z.strictObject({ json: z.boolean().default(false) }),

  async run({ json }, { call, print, printJson, config }) {
    const { url } = getLogin(config)
    const { name, access } = await call(whoAmI, {})
    if (json) printJson({ name, access, url })
    else print(`${plainText(name)}, with the access ${access}, at ${url}`)
    return exitCode.ok
  },
})

import { z } from 'zod'
import { type Context, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { retireToken } from '../login/retire-token.ts'
import { findStoredLogin, type Login, removeLogin } from '../login-store.ts'
import { errorLines } from '../terminal/describe-error.ts'

export const logout = defineCommand({
  usage: 'logout',
  summary: 'Forget the sign-in; its token is removed where it was made for it',
  details: 'A token that you gave yourself stays valid: berth tokens rm removes it.',
  args: z.strictObject({}),

  async run(_, context) {
    const { print, note, config } = context
    const login = findStoredLogin(config)
    const problem = login && (await removeOwnToken(login, context))
    removeLogin(config)
    print(login ? `Signed out of ${login.url}` : 'Not signed in to any Berth.')
    if (config.token) note('BERTH_TOKEN is set and is still used; unset it as well.')
    for (const line of problem ?? []) note(line)
    return problem ? exitCode.failed : exitCode.ok
  },
})

/** The lines to say where it did not work: the login is forgotten nevertheless, and the token would outlive it unseen. */
async function removeOwnToken(login: Login, { signal, terminal: { colors } }: Context): Promise<string[] | undefined> {
  try {
    await retireToken(login, signal)
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    const hint = `Remove it under Settings, Tokens, or with: berth tokens rm ${login.tokenId}`
    return errorLines(`The token is still valid: ${reason}`, hint, colors)
  }
}

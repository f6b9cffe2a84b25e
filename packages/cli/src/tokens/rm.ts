import { listTokens, PlatformError, removeToken, type Token } from '@berth/contract'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { plainText, quote } from '../terminal/plain-text.ts'

export const rm = defineCommand({
  usage: 'tokens rm <token>',
  summary: 'Make a token worthless at once',
  details: 'Takes its id or its name, as berth tokens ls shows them.',
  args: z.strictObject({ token: z.string().min(1, 'use the id or the name of a token') }),

  async run({ token }, { call, print }) {
    const { id, name } = pickToken(await call(listTokens, {}), token)
    await call(removeToken, { params: { tokenId: id } })
    print(`Removed the token ${plainText(name)}`)
    return exitCode.ok
  },
})

/** An id goes before a name, and a name only counts where one token has it. */
export function pickToken(tokens: readonly Token[], text: string): Token {
  const byId = tokens.find(({ id }) => id === text)
  if (byId) return byId
  const [found, ...more] = tokens.filter(({ name }) => name === text)
  if (!found) throw new PlatformError('not_found', `No token ${quote(text)}`, { hint: 'See berth tokens ls' })
  if (more.length === 0) return found
  const ids = [found, ...more].map(({ id }) => id).join(', ')
  throw new PlatformError('conflict', `${more.length + 1} tokens have the name ${quote(text)}`, {
    hint: `Use an id: ${ids}`,
  })
}

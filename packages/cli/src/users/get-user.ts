import { listUsers, PlatformError, type User } from '@berth/contract'
import type { Context } from '../command.ts'
import { quote } from '../terminal/plain-text.ts'

/** Someone by e-mail or id, as `berth users` shows them. */
export async function getUser(text: string, { call }: Pick<Context, 'call'>): Promise<User> {
  const users = await call(listUsers, {})
  const found = users.find(({ id, email }) => id === text || email === text.toLowerCase())
  if (found) return found
  throw new PlatformError('user_not_found', `Nobody has the e-mail address ${quote(text)}`, { hint: 'See berth users' })
}

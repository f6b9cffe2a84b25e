import { PlatformError } from '@berth/contract'
import type { Context } from '../command.ts'

/** Whether the person at the terminal said yes. `question`: "Make worker1 a manager". */
export async function confirm(question: string, { ask }: Pick<Context, 'ask'>): Promise<boolean> {
  const answer = await ask(`${question}? Type yes to go on`)
  if (answer !== undefined) return /^y(es)?$/i.test(answer.trim())
  throw new PlatformError('invalid_request', `${question} needs --yes where nobody can be asked`)
}

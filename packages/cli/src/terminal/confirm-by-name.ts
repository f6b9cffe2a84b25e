import { PlatformError } from '@berth/contract'
import type { Context } from '../command.ts'

type Removal = {
  name: string
  /** "This removes hello with its history." */
  warning: string
  /** Rejects where there is nothing to remove: nobody should type a name in full to learn that. */
  check(): Promise<unknown>
}

/** Whether the person at the terminal typed the name of what is going to be removed. */
export async function confirmByName({ name, warning, check }: Removal, { ask, terminal }: Context): Promise<boolean> {
  if (!terminal.isLive || !process.stdin.isTTY) {
    throw new PlatformError('invalid_request', `Removing ${name} needs --yes where nobody can be asked`)
  }
  await check()
  return (await ask(`${warning} Type its name to go on`)) === name
}

import type { Repository } from '@berth/contract'
import type { Context } from '../command.ts'

/** What a person does with a deploy key: the public half goes to the forge, the host's own is compared. */
export function printDeployKey({ credentials, prefix }: Repository, { print, note }: Context): void {
  if (credentials.kind !== 'deploy-key') return
  print(credentials.publicKey)
  note(`Add this to the deploy keys of the repository; it needs to read only. Then: berth repositories test ${prefix}`)
  for (const hostKey of credentials.hostKeys) note(`The host showed the key ${hostKey}, and must show it from now on.`)
}

import type { SshHost } from '../ssh/ssh-host.ts'
import type { HostChange } from './remote-record.ts'

export type HostContext = {
  host: SshHost
  /** Called before the change is made. */
  note(change: HostChange): Promise<void>
  report(words: string): void
  signal?: AbortSignal | undefined
}

import { getDisk, startCleanup } from '@berth/contract'
import { handle } from '../http/endpoint-handler.ts'
import type { CleanupKeeper } from './cleanup-keeper.ts'

type Deps = { cleanup: Pick<CleanupKeeper, 'look' | 'clean'> }

export const cleanupApi = ({ cleanup }: Deps) => [
  handle(getDisk, ({ signal }) => cleanup.look(signal)),
  handle(startCleanup, ({ body, caller, signal }) => cleanup.clean({ ...body, actor: caller.name }, signal)),
]

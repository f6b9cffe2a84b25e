import type { InstanceState } from '@berth/contract'
import type { DesiredService } from '../engine.ts'

export type FakeInstance = {
  id: string
  /** The service as it was when the instance was made. */
  desired: DesiredService
  slot: number
  machineId: string | null
  state: InstanceState
  isWanted: boolean
  message: string | null
  exitCode: number | null
  createdAt: string
  since: string
}

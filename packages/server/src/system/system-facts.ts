import type { Machine } from '@berth/contract'
import type { AgentConnection } from '../agents/agent-registry.ts'
import type { CordonRow } from '../cordons/cordon-store.ts'
import type { HeldBackMachine } from '../pressure/pressure-reconciler.ts'
import type { EdgeView } from '../routes/edges.ts'
import type { NetworkFault } from '../truth/reach-plan.ts'

/** What was found when the platform was looked at. `Error`: what went wrong instead. */
export type SystemFacts = {
  database: { dialect: 'sqlite' | 'postgres'; answerMs: number } | Error
  /** Whether the lease is this server's. */
  lease: boolean | Error
  /** Milliseconds since the cluster was last seen. */
  engineAgeMs: number
  /** HTTP status. */
  registry: number | Error
  machines: readonly Machine[]
  agents: readonly Pick<AgentConnection, 'machineId' | 'version'>[]
  edges: readonly EdgeView[]
  cordons: readonly CordonRow[]
  /** Under pressure, and taking instances all the same. */
  heldBack: readonly HeldBackMachine[]
  /** Undefined until it was looked for, null if there is none. */
  newestBackupAtMs: number | null | undefined
  /** Of a machine, by name: null where that is not known or far away. */
  diskDaysLeft(machine: string): number | null
  nowMs: number
  networkFaults: readonly NetworkFault[]
  version: string
}

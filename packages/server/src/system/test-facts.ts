import type { SystemFacts } from './system-facts.ts'

/** A platform that is well and has no machines. */
export const emptySystem: SystemFacts = {
  database: { dialect: 'sqlite', answerMs: 1 },
  lease: true,
  engineAgeMs: 0,
  registry: 200,
  machines: [],
  agents: [],
  edges: [],
  cordons: [],
  heldBack: [],
  newestBackupAtMs: 0,
  diskDaysLeft: () => null,
  nowMs: 0,
  networkFaults: [],
  version: '1.0.0',
}

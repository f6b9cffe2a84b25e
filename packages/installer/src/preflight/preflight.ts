import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { gatherDatabaseFacts } from './database-facts.ts'
import { gatherEngineFacts, gatherMachineFacts } from './facts.ts'
import { type PreflightFacts, planPreflight, planWarnings } from './preflight-plan.ts'

/** Throws with everything that stands in the way of an install, answers with what does not; changes nothing. */
export async function checkMachine(
  docker: Docker,
  options: { httpPort: number; isThisMachine: boolean; databaseUrl: string | undefined; isJoining?: boolean },
): Promise<string[]> {
  const engine = await gatherEngineFacts(docker)
  if (!engine && !options.isThisMachine) {
    throw new PlatformError('engine_unavailable', 'No engine answers at BERTH_DOCKER_SOCKET')
  }
  const machine = options.isThisMachine ? await gatherMachineFacts(engine?.rootDir ?? '/var/lib/docker') : undefined
  const database = options.databaseUrl ? await gatherDatabaseFacts(options.databaseUrl) : undefined
  const { httpPort, isJoining } = options
  const facts: PreflightFacts = { httpPort, engine, machine, database, isJoining }
  const problems = planPreflight(facts)
  if (problems.length === 0) return planWarnings(facts)
  throw new PlatformError('conflict', problems.map(({ message, hint }) => `${message}\n    ${hint}`).join('\n'), {
    hint: 'Nothing was changed.',
  })
}

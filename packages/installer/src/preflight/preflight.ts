import { PlatformError } from '@berth/contract'
import type Docker from 'dockerode'
import { gatherDatabaseFacts } from './database-facts.ts'
import { gatherEngineFacts, gatherMachineFacts } from './facts.ts'
import { planPreflight } from './preflight-plan.ts'

/** Throws with everything that stands in the way of an install; changes nothing. */
export async function checkMachine(
  docker: Docker,
  options: { httpPort: number; isThisMachine: boolean; databaseUrl: string | undefined; isJoining?: boolean },
) {
  const engine = await gatherEngineFacts(docker)
  if (!engine && !options.isThisMachine) {
    throw new PlatformError('engine_unavailable', 'No engine answers at BERTH_DOCKER_SOCKET')
  }
  const machine = options.isThisMachine ? await gatherMachineFacts(engine?.rootDir ?? '/var/lib/docker') : undefined
  const database = options.databaseUrl ? await gatherDatabaseFacts(options.databaseUrl) : undefined
  const { httpPort, isJoining } = options
  const problems = planPreflight({ httpPort, engine, machine, database, isJoining })
  if (problems.length === 0) return
  throw new PlatformError('conflict', problems.map(({ message, hint }) => `${message}\n    ${hint}`).join('\n'), {
    hint: 'Nothing was changed.',
  })
}

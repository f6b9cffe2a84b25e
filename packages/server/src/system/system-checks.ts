import type { Machine, SystemCheck } from '@berth/contract'
import { faultInWords } from '../truth/fault-words.ts'
import { backupCheck } from './backup-check.ts'
import { diskCheck } from './disk-check.ts'
import { managerCheck } from './manager-check.ts'
import { placementChecks } from './placement-checks.ts'
import type { SystemFacts } from './system-facts.ts'
import { truthCheck } from './truth-check.ts'

const freshMs = 10_000
const slowMs = 1_000

/** In words, what is well and what to do about what is not. Decides by facts alone. */
export function judgeSystem(facts: SystemFacts): SystemCheck[] {
  return [
    databaseCheck(facts.database),
    leaseCheck(facts.lease),
    engineCheck(facts.engineAgeMs),
    registryCheck(facts.registry),
    ...backupCheck({ newestAtMs: facts.newestBackupAtMs, nowMs: facts.nowMs }),
    ...managerCheck(facts.machines),
    ...facts.machines.flatMap((machine) => machineChecks(machine, facts)),
    ...facts.networkFaults.map((fault) => check('network', 'failed', faultInWords(fault, facts.machines))),
  ]
}

const check = (name: string, state: SystemCheck['state'], message: string): SystemCheck => ({ name, state, message })

function databaseCheck(found: SystemFacts['database']): SystemCheck {
  if (found instanceof Error) {
    return check('database', 'failed', `It does not answer: ${found.message}. See the log of berth-server`)
  }
  const { dialect, answerMs } = found
  const kind = dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL'
  if (answerMs > slowMs) {
    return check('database', 'warning', `${kind} took ${answerMs} ms to answer: see what keeps its disk busy`)
  }
  return check('database', 'ok', `${kind} answers`)
}

function leaseCheck(found: SystemFacts['lease']): SystemCheck {
  if (found instanceof Error) return check('lease', 'failed', 'Whose it is cannot be read while the database is away')
  if (found) return check('lease', 'ok', 'This server is the one that acts')
  return check('lease', 'failed', 'Another server has taken over: this one is about to end, load the page again')
}

function engineCheck(ageMs: number): SystemCheck {
  if (ageMs <= freshMs) return check('engine', 'ok', 'The cluster answers')
  const since = Number.isFinite(ageMs) ? `for ${Math.round(ageMs / 1000)} s` : 'since this server started'
  return check(
    'engine',
    'failed',
    `The cluster has not answered ${since}: on a manager, Docker and the agent must run; see berth machines`,
  )
}

function registryCheck(found: SystemFacts['registry']): SystemCheck {
  if (found === 200) return check('registry', 'ok', 'It answers')
  const why = found instanceof Error ? found.message : `it answers with status ${found}`
  return check(
    'registry',
    'failed',
    `Images that only one machine has cannot be deployed: ${why}. See the service berth-registry`,
  )
}

function machineChecks(machine: Machine, facts: SystemFacts): SystemCheck[] {
  return [
    agentCheck(machine, facts),
    edgeCheck(machine, facts),
    ...truthCheck(machine, facts),
    ...diskCheck(machine, facts),
    ...placementChecks(machine, facts),
  ]
}

function agentCheck({ id, name, state }: Machine, { agents, version }: SystemFacts): SystemCheck {
  const title = `agent of ${name}`
  const agent = agents.find(({ machineId }) => machineId === id)
  if (!agent) {
    const what = state === 'down' ? 'The machine is down: start it' : `Start it on ${name}: docker start berth-agent`
    return check(title, 'failed', what)
  }
  if (state === 'down') {
    const what = `It is connected, but the cluster holds ${name} for lost. Berth has its engine introduce itself anew`
    return check(title, 'warning', `${what}; if that does not help in a minute, restart Docker there`)
  }
  if (agent.version === version) return check(title, 'ok', 'It is connected')
  return check(
    title,
    'warning',
    `It is of version ${agent.version}, the server of ${version}: run berth up there again`,
  )
}

function edgeCheck({ name }: Machine, { edges }: SystemFacts): SystemCheck {
  const title = `edge of ${name}`
  const edge = edges.find(({ machine }) => machine === name)
  if (!edge) return check(title, 'failed', 'Nothing is known of it while its agent is away')
  if (edge.status.error !== null) return check(title, 'failed', edge.status.error)
  if (!edge.isCurrent) return check(title, 'warning', 'It has not taken the newest routes yet')
  return check(title, 'ok', 'It serves the newest routes')
}
